export { ByteReader, type ByteSource } from "./byte-reader.ts";
export { addCounts, noCounts, type DecodeCounts, type SkipCounts, type TimingCounts } from "./counts.ts";
export { CHUNK_EVENTS, EventBuffer, MAX_EVENTS_A_RECORD } from "./event-buffer.ts";
export {
  SNIFF_BYTES,
  type CameraSet,
  type EventFormat,
  type OpenRecording,
  type SensorSize,
} from "./format.ts";
export { decodableRecords, decodeRecords, viewOf, type RecordDecoder } from "./records.ts";
export { readTextHeader, type TextHeaderOptions } from "./text-header.ts";
export { ANY_SENSOR, isSensor, statedSensor } from "./sensor.ts";
export { startsWith } from "./text.ts";
export { UnwrappedTime } from "./unwrap-time.ts";
