/** Neurons by name, and what one does with a few inputs. */
export { CATALOGUE, type CatalogueEntry, findNeuron, nearestNeuron } from "./catalogue.ts";
export { type Drive, DRIVES, respond, type Response, type SteppedLayer } from "./response.ts";
