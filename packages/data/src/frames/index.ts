export { clipStarts, clipVote, type ClipOptions } from "./clips.ts";
export { eventDataset, type EventDatasetOptions } from "./event-dataset.ts";
export type { EventDataset } from "./event-samples.ts";
export type { FramesOrigin } from "./splitting.ts";
export { resizeFrames } from "./resize-frames.ts";
export type { FrameScale } from "./frame-builder.ts";
export { checkFraming, frameEvents, sliceEvents, type Framing, type Representation } from "./framing.ts";
export type { Splitting } from "./splitting.ts";
export {
  sliceByCount,
  sliceByDuration,
  sliceByNumber,
  sliceByTime,
  sliceWindow,
  type Slices,
} from "./slices.ts";
export { voxelGrid } from "./voxel-grid.ts";
export { denseFrames, type SparseFrames } from "./sparse-frames.ts";
export { recordingFrames } from "./recording-frames.ts";
