export type { EventChunk, Events } from "./event-chunk.ts";
export type { EventRecordings } from "./recordings.ts";
