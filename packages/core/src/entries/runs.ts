/**
 * What the file of a trained run is made of, and how samples become inputs; `loadRun` opens it.
 *
 * @module @myelin/core/runs
 */
export {
  type BlobLike,
  buildEncoder,
  decodeRun,
  type Encode,
  type Encoded,
  type EncoderDescription,
  encodeRun,
  type EventsInput,
  type FrameTarget,
  type ImageInput,
  type InputDescription,
  outputsOf,
  type PixelNormalisation,
  type PixelScaling,
  scalingOf,
  readScores,
  RUN_FILE,
  type RunContents,
  type RunDescription,
  type RunSource,
  type Sample,
  scaledPixel,
  type ScoreReading,
  SpikeBinning,
  type SpikeBinningOptions,
  type SpikeSample,
  type SpikesInput,
  type SpikeTrain,
  type SpikeWarp,
  type TrainingRecord,
  type ValuesInput,
} from "../runs/index.ts";
