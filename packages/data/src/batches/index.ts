export { batches, batchesInPieces, type Batch, type BatchInPieces, type BatchOptions } from "./batches.ts";
export { channelScaling, columnScaling, type Normalisation } from "./normalise.ts";
export { batchCount, type OrderOptions } from "./order.ts";
export { sequenceBatches, sequenceBatchesInPieces, type SequenceBatchOptions } from "./sequence-batches.ts";
export { valueBatches, valueBatchesInPieces, type ValueBatchOptions } from "./value-batches.ts";
