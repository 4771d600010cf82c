/** The part of `@myelin/data` that runs anywhere: formats from bytes, batches, transforms, encoders. */
export {
  batchCount,
  batches,
  sequenceBatches,
  type Batch,
  type BatchOptions,
  type Normalisation,
  type OrderOptions,
  type SequenceBatchOptions,
} from "./batches/index.ts";
export {
  constantCurrent,
  deltaEncoding,
  latencyEncoding,
  poissonRate,
  type DeltaEncodingOptions,
  type Encoder,
  type EncoderSteps,
} from "./encoders/index.ts";
export {
  openEvents,
  readEvents,
  type ByteSource,
  type EventChunk,
  type EventReader,
  type EventRecordings,
  type Events,
  type OpenEventsOptions,
  type SkipCounts,
  type TimingCounts,
} from "./events/index.ts";
export {
  gunzip,
  isGzip,
  readCifar10,
  readIdx,
  type Cifar10File,
  type GunzipOptions,
  type IdxArray,
  type IdxFile,
  type ReadIdxOptions,
} from "./formats/index.ts";
export {
  imageDataset,
  pixelStatistics,
  selectSamples,
  splitDataset,
  type ImageDataset,
  type ImageDatasetParts,
  type ImageShape,
  type PixelStatistics,
  type SplitOptions,
} from "./images/index.ts";
export { readSpikes, type ReadSpikesOptions } from "./hdf5/index.ts";
export {
  selectSpikes,
  spikeDataset,
  spikeSequences,
  type BinningOptions,
  type MaskOptions,
  type SpikeDataset,
  type SpikeDatasetParts,
  type SpikeSequenceOptions,
  type SpikeTimes,
} from "./spikes/index.ts";
export {
  compose,
  horizontalFlip,
  randomAffine,
  randomCrop,
  type RandomAffineOptions,
  type Transform,
} from "./transforms/index.ts";
export {
  splitBySource,
  splitSequences,
  type SequenceBlock,
  type SequenceDataset,
  type SequenceSplit,
} from "./sequences/index.ts";
