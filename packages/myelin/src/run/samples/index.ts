export { ImageSamples } from "./images.ts";
export { loadSplits, loadTest, requireSameTask } from "./load.ts";
export { evaluationBatches, type Samples, type Splits } from "./samples.ts";
