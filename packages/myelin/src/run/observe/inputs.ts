import type { Batch } from "@myelin/data";
import type { FramesRecord, SampleRecord, UnitsRecord } from "../../records/index.ts";
import type { Samples } from "../data/index.ts";
import { evenly } from "./choose.ts";
import { rounded } from "./rounded.ts";

/** More pictures of a recording than this are not drawn. */
const SLICES = 5;
/** Larger pictures are made smaller, by adding up squares of pixels. */
const MAX_SIDE = 64;
/** Of more spikes some are kept, so that the record stays small. */
const MAX_EVENTS = 20_000;

/** What there is to see of the only sample in `one`, which `batch` holds as the network gets it. */
export function describeInput(one: Samples, batch: Batch): Pick<SampleRecord, "image" | "frames" | "units"> {
  if (one.images !== undefined) {
    const { channels, height, width, images } = one.images;
    return { image: { channels, height, width, pixels: [...images] } };
  }
  if (!one.sequence) return {}; // a row of numbers without order
  const [steps = 0, , ...shape] = batch.shape;
  return shape.length === 3
    ? { frames: frames(batch.inputs, steps, shape) }
    : { units: units(batch.inputs, steps, shape[0] ?? 0) };
}

function frames(
  inputs: Float32Array,
  steps: number,
  [channels = 0, height = 0, width = 0]: number[],
): FramesRecord {
  const pool = Math.ceil(Math.max(height, width) / MAX_SIDE);
  const small = { height: Math.ceil(height / pool), width: Math.ceil(width / pool) };
  const length = channels * height * width;
  const count = Math.min(SLICES, steps);
  const slices = Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * steps) / count);
    const to = Math.floor(((index + 1) * steps) / count);
    const values = new Array<number>(channels * small.height * small.width).fill(0);
    for (let i = from * length; i < to * length; i++) {
      const [x, y] = [i % width, Math.floor(i / width) % height];
      const channel = Math.floor(i / (width * height)) % channels;
      const row = channel * small.height + Math.floor(y / pool);
      const place = row * small.width + Math.floor(x / pool);
      values[place] = (values[place] ?? 0) + (inputs[i] ?? 0);
    }
    return { from, to, values: values.map((value) => rounded(value)) };
  });
  return { channels, ...small, slices };
}

function units(inputs: Float32Array, steps: number, count: number): UnitsRecord {
  const events: [number, number][] = [];
  for (let i = 0; i < steps * count; i++) {
    if (inputs[i] !== 0) events.push([Math.floor(i / count), i % count]);
  }
  if (events.length <= MAX_EVENTS) return { units: count, events };
  return {
    units: count,
    events: evenly(events.length, MAX_EVENTS).map((i) => events[i] ?? [0, 0]),
    of: events.length,
  };
}
