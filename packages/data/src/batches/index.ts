export { batches, type Batch, type BatchOptions } from "./batches.ts";
export { channelScaling, type Normalisation } from "./normalise.ts";
export { batchCount, type OrderOptions } from "./order.ts";
export { sequenceBatches, type SequenceBatchOptions } from "./sequence-batches.ts";
