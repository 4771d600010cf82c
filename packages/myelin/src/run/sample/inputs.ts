import type { Batch } from "@myelin/data";
import type { FramesRecord, SampleRecord, UnitsRecord } from "../record.ts";
import { ImageSamples, type Samples } from "../samples/index.ts";

/** More pictures of a recording than this are not drawn. */
const SLICES = 5;

/** What there is to see of the only sample in `one`, which `batch` holds as the network gets it. */
export function describeInput(one: Samples, batch: Batch): Pick<SampleRecord, "image" | "frames" | "units"> {
  if (one instanceof ImageSamples) {
    const { channels, height, width, images } = one.dataset;
    return { image: { channels, height, width, pixels: [...images] } };
  }
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
  const length = channels * height * width;
  const count = Math.min(SLICES, steps);
  const slices = Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * steps) / count);
    const to = Math.floor(((index + 1) * steps) / count);
    const values = new Array<number>(length).fill(0);
    for (let i = from * length; i < to * length; i++) {
      values[i % length] = (values[i % length] ?? 0) + (inputs[i] ?? 0);
    }
    return { from, to, values };
  });
  return { channels, height, width, slices };
}

function units(inputs: Float32Array, steps: number, count: number): UnitsRecord {
  const events: [number, number][] = [];
  for (let i = 0; i < steps * count; i++) {
    if (inputs[i] !== 0) events.push([Math.floor(i / count), i % count]);
  }
  return { units: count, events };
}
