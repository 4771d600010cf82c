export type { EventDropKind } from "./event-drop.ts";
export type { HotPixelOptions } from "./noise-filters.ts";
export type { CropOptions, DownsampleOptions } from "./resize.ts";
export { eventsBetween, firstAtOrAfter, inTimeOrder } from "./select.ts";
export {
  createEventTransform,
  EVENT_TRANSFORMS,
  type EventTransformEntry,
  type TransformOption,
} from "./table.ts";
export { drawStart, type RandomSliceOptions } from "./time.ts";
export {
  checkEventTransform,
  composeEvents,
  type EventTransform,
  type PixelMap,
  type SensorSize,
} from "./transform.ts";
/** `eventTransforms.roll({ max: 5 })` and so on. */
export * as eventTransforms from "./transforms.ts";
