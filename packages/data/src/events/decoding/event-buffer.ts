import type { EventChunk } from "../event-chunk.ts";

/** Events that a decoder hands on at a time: large enough that the overhead of a chunk vanishes, small for caches. */
export const CHUNK_EVENTS = 32_768;

/** No word or packet entry of any format stands for more events than this. */
export const MAX_EVENTS_A_RECORD = 32;

/** What decoders write to: arrays of fixed size that are filled from the front, handed on, and filled again. */
export class EventBuffer {
  readonly t: Float64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly p: Uint8Array;
  /** The camera of each event, from 0; absent as long as only camera 0 is known of. */
  camera: Uint8Array | undefined;
  /** Events written so far. */
  length = 0;
  /** A decoder stops before a record once `length` has reached this; room for one record more is left. */
  readonly full: number;

  constructor(capacity = CHUNK_EVENTS) {
    const size = capacity + MAX_EVENTS_A_RECORD;
    this.t = new Float64Array(size);
    this.x = new Uint16Array(size);
    this.y = new Uint16Array(size);
    this.p = new Uint8Array(size);
    this.full = capacity;
  }

  /** {@link camera}, made if it is absent. */
  withCameras(): Uint8Array {
    return (this.camera ??= new Uint8Array(this.t.length));
  }

  /** Says that the events from `start` on are those of one camera. */
  markCamera(camera: number, start: number): void {
    if (camera === 0 && !this.camera) return;
    this.withCameras().fill(camera, start, this.length);
  }

  /** Copies an event over another. */
  move(from: number, to: number): void {
    this.t[to] = this.t[from]!;
    this.x[to] = this.x[from]!;
    this.y[to] = this.y[from]!;
    this.p[to] = this.p[from]!;
    if (this.camera) this.camera[to] = this.camera[from]!;
  }

  /** The events written so far, as views: they hold until the buffer is filled again. */
  chunk(): EventChunk {
    const { length } = this;
    return {
      length,
      t: this.t.subarray(0, length),
      x: this.x.subarray(0, length),
      y: this.y.subarray(0, length),
      p: this.p.subarray(0, length),
    };
  }
}
