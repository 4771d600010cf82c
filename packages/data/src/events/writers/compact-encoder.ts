import { ShapeError } from "@myelin/core";
import { viewOf, type SensorSize } from "../decoding/index.ts";
import type { EventEncoder } from "../event-encoder.ts";
import { COMPACT_HEADER_BYTES, COMPACT_MAGIC, COMPACT_RECORD_BYTES, WIDE_SIDE } from "../formats/compact.ts";

/** With a sign and the polarity, longer steps have no exact number any more. */
const MAX_STEP_US = 2 ** 51;

/** Myelin's own format, as its reader describes it. */
export function compactEncoder({ width, height }: SensorSize): EventEncoder {
  const isWideX = width >= WIDE_SIDE;
  const isWideY = height >= WIDE_SIDE;
  let previous = 0;
  return {
    begin() {
      const header = new Uint8Array(COMPACT_HEADER_BYTES);
      header.set(new TextEncoder().encode(COMPACT_MAGIC));
      viewOf(header).setUint32(8, width, true);
      viewOf(header).setUint32(12, height, true);
      return header;
    },
    encode({ t, x, y, p, length }) {
      const bytes = new Uint8Array(length * COMPACT_RECORD_BYTES);
      let at = 0;
      for (let i = 0; i < length; i++) {
        const step = t[i]! - previous;
        previous = t[i]!;
        if (!(Math.abs(step) < MAX_STEP_US)) throw tooFar(step);
        const zigzag = step >= 0 ? 2 * step : -2 * step - 1;
        at = putGroups(bytes, at, 2 * zigzag + p[i]!);
        at = putAddress(bytes, at, x[i]!, isWideX);
        at = putAddress(bytes, at, y[i]!, isWideY);
      }
      return bytes.subarray(0, at);
    },
  };
}

function tooFar(step: number): ShapeError {
  return new ShapeError(
    `encodeEvents: expected steps of time below 2^51 microseconds, got ${step}. The times are damaged; drop these events.`,
  );
}

function putGroups(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

function putAddress(bytes: Uint8Array, at: number, value: number, isWide: boolean): number {
  bytes[at] = value & 0xff;
  if (isWide) bytes[at + 1] = value >>> 8;
  return at + (isWide ? 2 : 1);
}
