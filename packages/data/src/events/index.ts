export type { ByteSource, SkipCounts, TimingCounts } from "./decoding/index.ts";
export type { EventChunk, Events } from "./event-chunk.ts";
export { openEvents, type EventReader, type OpenEventsOptions } from "./open.ts";
export { collectEvents, readEvents } from "./read.ts";
export type { EventRecordings } from "./recordings.ts";
