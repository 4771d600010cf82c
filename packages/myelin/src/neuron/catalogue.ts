/** The neurons that have a name: those of the core with classes of their own, and the zoo. */
import { nearestName } from "@myelin/core/checks";
import { ZOO, zooNameOf, type ZooNotes } from "@myelin/core/neurons";

/** A neuron by its name, with what lists and pictures need. */
export interface CatalogueEntry extends ZooNotes {
  readonly name: string;
}

const FANG = "Fang et al., ICCV 2021";
const NEURONAL_DYNAMICS = "Neuronal Dynamics, 2014, section 1.3";

const CLASSES: readonly CatalogueEntry[] = [
  { name: "IF", title: "integrate-and-fire", source: NEURONAL_DYNAMICS, current: 0.12 },
  { name: "LIF", title: "leaky integrate-and-fire", source: NEURONAL_DYNAMICS, current: 1.2 },
  { name: "PLIF", title: "LIF with a learned time constant", source: FANG, current: 1.2 },
  {
    name: "KLIF",
    title: "LIF with a learned scale and a ReLU",
    source: "Jiang & Zhang, arXiv 2302.09238",
    current: 1.2,
  },
  {
    name: "ALIF",
    title: "LIF with an adaptive threshold",
    source: "Bellec et al., NeurIPS 2018",
    current: 2.5,
  },
  {
    name: "LeakyIntegrator",
    title: "leaky integrator, which does not fire",
    source: NEURONAL_DYNAMICS,
    current: 1,
  },
];

/** All of them. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...CLASSES,
  ...Object.entries(ZOO).map(([name, { notes }]) => ({ name, ...notes })),
];

/** The neuron that a text names, however it is spelt. */
export function findNeuron(text: string): CatalogueEntry | undefined {
  const plain = text.toLowerCase().replace(/[\s_-]/g, "");
  const name = plain === "" ? undefined : zooNameOf(text);
  return CATALOGUE.find((entry) => entry.name === name || entry.name.toLowerCase() === plain);
}

/** The name that was probably meant. */
export function nearestNeuron(text: string): string | undefined {
  const names = CATALOGUE.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const near = nearestName(text, names);
  return near === undefined ? undefined : findNeuron(near)?.name;
}
