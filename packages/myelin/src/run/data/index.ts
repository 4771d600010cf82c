export { loadSplits, loadTest } from "./load.ts";
export { evaluationBatches, sharedBatches, type DataTable, type Samples, type Splits } from "./samples.ts";
export { framing } from "./events.ts";
export { normalisationOf } from "./images.ts";
