import type { EventChunk } from "./event-chunk.ts";

/** Turns events into the bytes of a file: `begin`, then each chunk in order. */
export interface EventEncoder {
  /** The front of the file. */
  begin(): Uint8Array<ArrayBuffer>;
  /** The bytes of the next events, in memory of their own. */
  encode(chunk: EventChunk): Uint8Array<ArrayBuffer>;
}
