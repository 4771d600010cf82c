export { ImageSamples } from "./images.ts";
export { loadSplits, loadTest } from "./load.ts";
export { evaluationBatches, type DataTable, type Samples, type Splits } from "./samples.ts";
