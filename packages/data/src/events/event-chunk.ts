/**
 * Events in order of arrival, one array a field. All four arrays have `length` elements.
 *
 * Event i says: pixel (x[i], y[i]) became brighter (p[i] = 1, ON) or darker (p[i] = 0, OFF) at time t[i].
 */
export interface EventChunk {
  readonly length: number;
  /** Microseconds, as stored in the file; integers, exact up to 2^53. Counters that wrapped are continued. */
  readonly t: Float64Array;
  /** Column, as the format's addresses decode. */
  readonly x: Uint16Array;
  /** Row, as the format's addresses decode. */
  readonly y: Uint16Array;
  /** 1 = ON, 0 = OFF. */
  readonly p: Uint8Array;
  /** The camera that each event comes from, where all were read side by side. */
  readonly camera?: Uint8Array;
}

/** A whole recording in memory. Every x lies below `width`, every y below `height`. */
export interface Events extends EventChunk {
  readonly width: number;
  readonly height: number;
}
