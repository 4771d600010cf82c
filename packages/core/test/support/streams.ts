import { expect } from "vitest";
import { type Engine, type Module, noGrad, Random, tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/entries/ops.ts";

/** Numbers of which a share is one and the rest zero. */
export function spikes(shape: readonly number[], share: number, seed = 3): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => Number(random.uniform() < share));
}

/** Numbers from -1 to 1. */
export function currents(shape: readonly number[], seed = 3): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => 2 * random.uniform() - 1);
}

/** What a network in evaluation makes of a sequence [T, B, ...], step by step. */
export async function wholeSequence(
  engine: Engine,
  network: Module,
  x: Float32Array,
  shape: readonly number[],
): Promise<Float32Array[]> {
  return engine.step(async () => {
    const y = noGrad(engine, () => network.forward(tensor(x, shape)));
    return inSteps(await y.data(), y.shape[0]!);
  });
}

/** Requires that a stream gives the same bits as whole sequences, step by step or not, also in the steps that delays add. */
export async function expectSameAsWhole(
  engine: Engine,
  network: Module,
  x: Float32Array,
  shape: readonly number[],
): Promise<void> {
  const expected = await wholeSequence(engine, network, x, shape);
  const [, batch, ...input] = shape;
  using stream = network.stream({ batch: batch!, input });
  const streamed: Float32Array[] = [];
  for (const step of inSteps(x, shape[0]!)) streamed.push(await stream.step(step).data());
  for (const step of stream.finish()) streamed.push(await step.data());
  expect(streamed.length).toBe(expected.length);
  expect(expected.some((step) => step.some((value) => value !== 0))).toBe(true);
  streamed.forEach((step, t) => expect(step, `step ${t}`).toEqual(expected[t]));
  await expectSameInParts(network, x, shape, expected);
}

/** As above, for a stream that gets the first step alone and the others in two pieces. */
async function expectSameInParts(
  network: Module,
  x: Float32Array,
  shape: readonly number[],
  expected: readonly Float32Array[],
): Promise<void> {
  const [steps = 0, batch = 0, ...input] = shape;
  using stream = network.stream({ batch, input });
  const size = sizeOf(shape.slice(1));
  const outputs: Float32Array[] = [];
  for (const [first, last] of [
    [0, 1],
    [1, 4],
    [4, steps],
  ] as const) {
    const piece = tensor(x.slice(first * size, last * size), [last - first, batch, ...input]);
    outputs.push(...inSteps(await stream.run(piece).data(), last - first));
  }
  for (const step of stream.finish()) outputs.push(await step.data());
  expect(stream.steps).toBe(steps);
  expect(outputs.length).toBe(expected.length);
  outputs.forEach((step, t) => expect(step, `in parts, step ${t}`).toEqual(expected[t]));
}

function inSteps(values: Float32Array, steps: number): Float32Array[] {
  const size = values.length / steps;
  return Array.from({ length: steps }, (_, t) => values.slice(t * size, (t + 1) * size));
}
