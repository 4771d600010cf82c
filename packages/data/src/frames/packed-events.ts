import type { Events } from "../events/index.ts";

/** A recording in 6 bytes per event on sensors of up to 181 x 181 pixels and durations of up to 71 minutes. */
export interface PackedEvents {
  readonly width: number;
  readonly height: number;
  /** The time of each event since `startUs`, microseconds. */
  readonly times: Uint32Array | Float64Array;
  readonly startUs: number;
  /** The pixel and polarity of each event, `(p * H + y) * W + x`. */
  readonly cells: Uint16Array | Uint32Array;
}

/** Packs a recording; {@link EventUnpacker} gives the same events back. */
export function packEvents({ length, t, x, y, p, width, height }: Events): PackedEvents {
  const startUs = t[0] ?? 0;
  const since = t.map((time) => time - startUs);
  const cells = 2 * width * height <= 0x10000 ? new Uint16Array(length) : new Uint32Array(length);
  for (let i = 0; i < length; i++) cells[i] = (p[i]! * height + y[i]!) * width + x[i]!;
  const whole = since.every((time) => time === time >>> 0);
  return { width, height, startUs, cells, times: whole ? Uint32Array.from(since) : since };
}

/** Unpacks recordings into memory of its own: what it gave is gone with the next one. */
export class EventUnpacker {
  #t = new Float64Array(0);
  #x = new Uint16Array(0);
  #y = new Uint16Array(0);
  #p = new Uint8Array(0);

  /** The events of a packed recording. */
  unpack({ width, height, startUs, times, cells }: PackedEvents): Events {
    const length = cells.length;
    this.#reserve(length);
    const t = this.#t.subarray(0, length);
    const x = this.#x.subarray(0, length);
    const y = this.#y.subarray(0, length);
    const p = this.#p.subarray(0, length);
    const plane = width * height;
    for (let i = 0; i < length; i++) {
      const cell = cells[i]!;
      const on = cell >= plane;
      const pixel = on ? cell - plane : cell;
      const row = (pixel / width) | 0;
      t[i] = startUs + times[i]!;
      x[i] = pixel - row * width;
      y[i] = row;
      p[i] = on ? 1 : 0;
    }
    return { width, height, length, t, x, y, p };
  }

  #reserve(length: number): void {
    if (length <= this.#t.length) return;
    this.#t = new Float64Array(length);
    this.#x = new Uint16Array(length);
    this.#y = new Uint16Array(length);
    this.#p = new Uint8Array(length);
  }
}
