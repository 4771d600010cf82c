export { timeCutMix, type CutMixOptions } from "./cut-mix.ts";
export { Binning, type BinningOptions } from "./binning.ts";
export { joinSpikes } from "./join.ts";
export {
  checkSpikes,
  selectSpikes,
  spikeDataset,
  type SpikeDataset,
  type SpikeDatasetParts,
  type SpikeTimes,
} from "./dataset.ts";
export { HALF_VALUES } from "./half.ts";
export { type MaskOptions } from "./masks.ts";
export { sortSpikes } from "./order.ts";
export { spikeSequences, type SpikeSequenceOptions } from "./sequences.ts";
export { readShardCount, readSpikeShard, SHARD_HEADER_BYTES, type SpikeShard } from "./spike-shards.ts";
export { type WarpOptions } from "./warp.ts";
