import { ShapeError } from "@myelin/core";
import { checkedEvents, type Events } from "../../events/index.ts";

/** Times have 23 bits; from row 240 on readers see other records. */
const TIME_END = 2 ** 23;
const SIDE_END = 240;
const EVENT_BYTES = 5;

/**
 * A recording as a file of N-MNIST, which many programs read: five bytes per event, x, y, then polarity and microseconds in
 * 24 bits, the first byte first.
 *
 * @throws ShapeError if there is no event, which readers refuse, or if one does not fit: x and y up to 239, times from 0 to 8.388607 s
 */
export function nMnistBytes(events: Events): Uint8Array {
  const { length, t, x, y, p } = checkedEvents("nMnistBytes", events);
  if (length === 0) {
    throw new ShapeError(
      "nMnistBytes: expected at least one event, got 0. A picture without contrast gives no events; add noise.",
    );
  }
  const bytes = new Uint8Array(EVENT_BYTES * length);
  for (let i = 0; i < length; i++) {
    const time = t[i]!;
    if (!(time >= 0 && time < TIME_END && x[i]! < SIDE_END && y[i]! < SIDE_END)) {
      throw new ShapeError(
        `nMnistBytes: expected x and y up to 239 and times from 0 to ${TIME_END - 1} us, got x ${x[i]}, y ${y[i]}, ` +
          `t ${time} in event ${i}. Take a smaller part of the recording.`,
      );
    }
    bytes.set([x[i]!, y[i]!, (p[i]! << 7) | (time >>> 16), (time >>> 8) & 255, time & 255], EVENT_BYTES * i);
  }
  return bytes;
}
