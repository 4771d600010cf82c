export { batchCount, batches, type Batch, type BatchOptions } from "./batches.ts";
export type { Normalisation } from "./normalise.ts";
