export { bilinearShares, type PixelShare } from "./bilinear.ts";
export {
  type FrameTarget,
  SpikeBinning,
  type SpikeBinningOptions,
  type SpikeTrain,
  type SpikeWarp,
} from "./bin-spikes.ts";
export { buildEncoder, type Encode } from "./encoder.ts";
export type { Sample, SpikeSample } from "./inputs.ts";
export { type Encoded, outputsOf, readScores } from "./outputs.ts";
export { BACKGROUNDS, FITS, type Picture, picturePixels } from "./pictures.ts";
export { type PixelScaling, scalingOf, scaledPixel } from "./pixels.ts";
export type {
  EncoderDescription,
  EventsInput,
  ImageInput,
  InputDescription,
  PictureFitting,
  PixelNormalisation,
  RunDescription,
  ScoreReading,
  SpikesInput,
  TrainingRecord,
  ValuesInput,
} from "./run-description.ts";
export { decodeRun, encodeRun, RUN_FILE, type RunContents } from "./run-file.ts";
export type { RunPlugin } from "./run-plugins.ts";
export type { BlobLike, RunSource } from "./source.ts";
export { loadRun, type Prediction, TrainedRun } from "./trained-run.ts";
