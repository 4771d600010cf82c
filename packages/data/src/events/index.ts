export { checkCamera, type CameraOption } from "./cameras.ts";
export {
  addCounts,
  noCounts,
  type ByteSource,
  type SensorSize,
  type SkipCounts,
  type TimingCounts,
} from "./decoding/index.ts";
export type { EventChunk, Events } from "./event-chunk.ts";
export { describeEvents, type EventFileInfo, type EventTuple } from "./info.ts";
export { openEvents, type EventReader, type OpenEventsOptions } from "./open.ts";
export {
  checkAscending,
  checkedChunk,
  checkedEvents,
  checkSensor,
  createEvents,
  sensorSize,
  type EventParts,
  type SensorOption,
} from "./valid-events.ts";
export { Extent, sensorOf } from "./extent.ts";
export { collectEvents, readEvents } from "./read.ts";
export { checkRecordings, type EventRecordings } from "./recordings.ts";
export {
  encodeEvents,
  WRITABLE_FORMATS,
  type EncodeEventsOptions,
  type WritableFormat,
} from "./writers/index.ts";
