import { refuse } from "@myelin/core/checks";
import { denseBlock } from "../budget.ts";

/**
 * A sequence of frames [T, 2, H, W] of which only the numbers that are not zero are held: 3 bytes each for counts on
 * sensors of up to 181 x 181 pixels.
 *
 * Channel 0 is OFF (darker), channel 1 is ON (brighter), as in SpikingJelly.
 */
export interface SparseFrames {
  /** T. */
  readonly steps: number;
  readonly height: number;
  readonly width: number;
  /** uint32 [T + 1]: step t has the entries `offsets[t] .. offsets[t + 1] - 1`. */
  readonly offsets: Uint32Array;
  /** The place of each entry in its frame, `(p * H + y) * W + x`. No place occurs twice in a step. */
  readonly cells: Uint16Array | Uint32Array;
  /** The number at that place. */
  readonly values: Uint8Array | Float32Array;
}

/** Polarities, the channels of a frame: OFF, then ON. */
export const POLARITIES = 2;

/**
 * All numbers of a sequence of frames.
 *
 * @returns f32 [T, 2, H, W]
 * @throws ShapeError if that is beyond the memory budget
 */
export function denseFrames(frames: SparseFrames): Float32Array {
  const { steps, height, width } = checkFrames("denseFrames", frames);
  const frameLength = POLARITIES * height * width;
  const data = denseBlock("denseFrames", steps, frameLength);
  scatterFrames(frames, data, 0, frameLength);
  return data;
}

/** @throws MyelinError unless these are frames */
export function checkFrames(symbol: string, frames: SparseFrames): SparseFrames {
  const { offsets, steps, cells, values } = (frames ?? {}) as Partial<SparseFrames>;
  const areFrames = offsets instanceof Uint32Array && offsets.length === (steps ?? -1) + 1;
  if (areFrames && ArrayBuffer.isView(cells) && ArrayBuffer.isView(values)) return frames;
  return refuse(symbol, "frames such as frameEvents gives", frames);
}

/** Writes the entries of step t to `target` from `at + t * stride` on. What is zero is not written. */
export function scatterFrames(
  { steps, offsets, cells, values }: SparseFrames,
  target: Float32Array,
  at: number,
  stride: number,
): void {
  for (let t = 0; t < steps; t++) {
    const begin = at + t * stride;
    const end = offsets[t + 1]!;
    for (let k = offsets[t]!; k < end; k++) target[begin + cells[k]!] = values[k]!;
  }
}

/** What becomes of numbers that are moved to the same pixel. */
export type Meeting = "add" | "largest";

/**
 * As {@link scatterFrames}, with pixel i of either polarity moved to pixel `map[i]`, or left out where that is
 * negative. Where entries meet, counts are added up; of other numbers the largest stays.
 */
export function scatterMapped(
  { steps, height, width, offsets, cells, values }: SparseFrames,
  map: Int32Array,
  target: Float32Array,
  at: number,
  stride: number,
  meeting: Meeting,
): void {
  const plane = height * width;
  for (let t = 0; t < steps; t++) {
    const begin = at + t * stride;
    const end = offsets[t + 1]!;
    for (let k = offsets[t]!; k < end; k++) {
      const cell = cells[k]!;
      const on = cell >= plane;
      const pixel = map[on ? cell - plane : cell]!;
      if (pixel < 0) continue;
      const to = begin + (on ? plane + pixel : pixel);
      const there = target[to]!;
      target[to] = meeting === "add" ? there + values[k]! : Math.max(there, values[k]!);
    }
  }
}
