import { checkNumbers, checkOptions, describeValue, isPlainObject, refuse } from "../checks.ts";
import { sizeOf, Tensor } from "../engine/index.ts";
import { ShapeError } from "../errors.ts";
import type { Batch } from "../train/index.ts";
import { SpikeBinning, type SpikeTrain } from "./bin-spikes.ts";
import { isPicture, type Picture, picturePixels } from "./pictures.ts";
import { scalingOf, scaledPixel } from "./pixels.ts";
import type { ImageInput, InputDescription, SpikesInput } from "./run-description.ts";

/** A spike train: times in seconds and the unit that fired at each. */
export interface SpikeSample {
  readonly times: ArrayLike<number>;
  readonly units: ArrayLike<number>;
  /** What a cochlea also gives; nothing depends on it. */
  readonly duration?: number | undefined;
}

/** One sample in the units of its data set: pixels, a picture, spikes, or the numbers of a row or sequence. */
export type Sample = ArrayLike<number> | Tensor | SpikeSample | Picture;

/** A sample as the network takes it. */
interface Prepared {
  readonly values: ArrayLike<number>;
  /** Time steps, where it is a sequence. */
  readonly steps: number;
}

/** The shape of what the network gets: a sample, or one time step of it. */
export function networkShape(input: InputDescription): readonly number[] {
  return input.kind === "spikes" ? [Math.ceil(input.units / input.pool)] : input.shape;
}

/** Whether samples are sequences. */
export function isSequence(input: InputDescription): boolean {
  return input.kind === "spikes" || input.kind === "events" || (input.kind === "values" && input.sequence);
}

/**
 * Puts samples together for the network: [B, ...], or [T, B, ...], shorter ones filled up with zeros that do not count.
 *
 * @throws ShapeError for a sample of another size
 * @throws MyelinError for one that is none
 */
export async function batchOf(
  samples: readonly Sample[],
  input: InputDescription,
): Promise<Pick<Batch, "inputs" | "shape" | "lengths">> {
  const place = (i: number): string => (samples.length === 1 ? "predict" : `predict: sample ${i}`);
  const parts = await Promise.all(samples.map((sample, i) => prepare(place(i), sample, input)));
  const shape = networkShape(input);
  const size = sizeOf(shape);
  const steps = Math.max(...parts.map((part) => part.steps));
  const inputs = new Float32Array(steps * parts.length * size);
  for (const [b, { values, steps: own }] of parts.entries()) {
    for (let t = 0; t < own; t++) {
      const at = (t * parts.length + b) * size;
      for (let i = 0; i < size; i++) inputs[at + i] = values[t * size + i]!;
    }
  }
  if (!isSequence(input)) return { inputs, shape: [parts.length, ...shape] };
  const isPadded = input.kind === "spikes" && input.padding === "paper";
  const lengths = isPadded ? undefined : parts.map((part) => part.steps);
  return { inputs, shape: [steps, parts.length, ...shape], lengths };
}

async function prepare(where: string, sample: Sample, input: InputDescription): Promise<Prepared> {
  if (sample instanceof Tensor) return ofNumbers(where, await sample.data(), input);
  if (isSpikes(sample)) {
    if (input.kind === "spikes") return ofSpikes(where, sample, input);
    return refuse(where, "numbers, as the run was not trained on spike trains", sample);
  }
  if (isPicture(sample)) {
    if (input.kind !== "image")
      return refuse(where, "what the run was trained on, which is no image", "a picture");
    const { fit, background } = input;
    return ofNumbers(where, picturePixels(sample, input.shape, { fit, background }), input);
  }
  if (isPlainObject(sample)) {
    const hint =
      input.kind === "events"
        ? "Of events make frames first: recordingFrames(events, run.description.input) of @myelin/data."
        : "";
    refuse(where, input.kind === "spikes" ? "spikes { times, units }" : "numbers", sample, hint);
  }
  const isNested = Array.isArray(sample) && Array.isArray(sample[0]);
  if (isNested) refuse(where, "one list of numbers", sample, "Put row after row, or give tensor(rows).");
  return ofNumbers(where, checkNumbers(where, sample), input);
}

function isSpikes(sample: object): sample is SpikeSample {
  return isPlainObject(sample) && "times" in sample && "units" in sample;
}

function ofNumbers(where: string, values: ArrayLike<number>, input: InputDescription): Prepared {
  const shape = networkShape(input);
  const size = sizeOf(shape);
  const steps = isSequence(input) ? values.length / size : 1;
  if (steps < 1 || !Number.isInteger(steps) || (steps === 1 && values.length !== size)) {
    const what = isSequence(input) ? `a multiple of ${size} numbers` : `${size} numbers`;
    throw new ShapeError(
      `${where}: expected ${what} [${isSequence(input) ? "T, " : ""}${shape.join(", ")}], got ${values.length}. ` +
        "Bring it into the size that the run was trained on.",
    );
  }
  requireFinite(where, values);
  if (input.kind === "image") return { values: scaled(where, values, input), steps: 1 };
  if (input.kind !== "values" || input.normalise === undefined) return { values, steps };
  const { mean, std } = input.normalise;
  return { values: Float32Array.from(values, (value, i) => (value - mean[i]!) / std[i]!), steps };
}

function requireFinite(where: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) refuse(`${where}[${i}]`, "a finite number", values[i]);
  }
}

function scaled(where: string, pixels: ArrayLike<number>, { shape, normalise }: ImageInput): Float32Array {
  const [channels = 1] = shape;
  const plain = { mean: new Array<number>(channels).fill(0), std: new Array<number>(channels).fill(1) };
  const scaling = scalingOf(normalise ?? plain);
  const positions = pixels.length / channels;
  return Float32Array.from(pixels, (value, i) => {
    if (!(value >= 0 && value <= 255)) refuse(`${where}[${i}]`, "a pixel of 0 .. 255", value);
    return scaledPixel(value, scaling, Math.floor(i / positions));
  });
}

function ofSpikes(where: string, sample: SpikeSample, input: SpikesInput): Prepared {
  const { times, units } = checkOptions(where, sample, { times: true, units: true, duration: true });
  checkNumbers(`${where}.times`, times);
  checkNumbers(`${where}.units`, units);
  if (times.length !== units.length) {
    throw new ShapeError(
      `${where}: expected as many times as units, got ${times.length} and ${units.length}. Each spike has both.`,
    );
  }
  const order = Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]!);
  for (const i of order) checkSpike(where, times[i], units[i], input.units);
  const train: SpikeTrain = {
    ...{ begin: 0, end: order.length, name: where },
    seconds: (spike) => times[order[spike]!]!,
    unitIds: order.map((i) => units[i]!),
  };
  const { pool, origin, timeStep: frameMs, maxTime: maxDurationMs = Infinity } = input;
  const bins = new SpikeBinning({ units: input.units, frameMs, pool, origin, maxDurationMs });
  const steps = bins.steps(train);
  const values = new Float32Array(steps * bins.inputs);
  bins.add(train, steps, { target: values, at: 0, stride: bins.inputs });
  return { values, steps };
}

function checkSpike(where: string, time: unknown, unit: unknown, units: number): void {
  const isTime = typeof time === "number" && time >= 0 && Number.isFinite(time);
  if (!isTime) refuse(`${where}.times`, "seconds of at least 0", time);
  if (typeof unit === "number" && Number.isInteger(unit) && unit >= 0 && unit < units) return;
  throw new ShapeError(
    `${where}.units: expected whole numbers from 0 to ${units - 1}, got ${describeValue(unit)}. ` +
      "They are the units of the data set that the run was trained on.",
  );
}
