import { createEngine, MyelinError, tensor, useEngine, type Engine } from "@myelin/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { constantCurrent, deltaEncoding, latencyEncoding, poissonRate, type Encoder } from "./index.ts";

let engine: Engine;

beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
  useEngine(engine);
});

afterAll(() => engine.dispose());

function encode(encoder: Encoder, values: number[], shape: number[], call = 0) {
  return engine.step(async () => {
    const y = encoder(tensor(values, shape), call);
    return { shape: [...y.shape], values: [...(await y.data())] };
  });
}

test("constantCurrent repeats its input", async () => {
  expect(await encode(constantCurrent({ steps: 3 }), [0.5, -2], [1, 2])).toEqual({
    shape: [3, 1, 2],
    values: [0.5, -2, 0.5, -2, 0.5, -2],
  });
});

test("latencyEncoding gives one spike, earlier for larger values and none for 0", async () => {
  const { shape, values } = await encode(latencyEncoding({ steps: 5 }), [1, 0.5, 0.25, 0, 1.000001], [1, 5]);
  expect(shape).toEqual([5, 1, 5]);
  const times = [0, 1, 2, 3, 4].map((neuron) => [0, 1, 2, 3, 4].filter((t) => values[t * 5 + neuron] === 1));
  expect(times).toEqual([[0], [2], [3], [], [0]]);
});

test("deltaEncoding marks rises, and falls where asked", async () => {
  const sequence = [0.5, 0.6, 1.2, 0.1];
  const rises = await encode(deltaEncoding({ threshold: 0.5 }), sequence, [4, 1, 1]);
  expect(rises).toEqual({ shape: [4, 1, 1], values: [1, 0, 1, 0] });
  const both = await encode(deltaEncoding({ threshold: 0.5, signed: true }), sequence, [4, 1, 1]);
  expect(both.values).toEqual([1, 0, 1, -1]);
});

test("poissonRate spikes at the rate of its input", async () => {
  const steps = 4000;
  const rates = [0, 0.1, 0.5, 0.9, 1, -1e-6, 1.000001];
  const { shape, values } = await encode(poissonRate({ steps, seed: 5 }), rates, [1, rates.length]);
  expect(shape).toEqual([steps, 1, rates.length]);
  expect(values.every((value) => value === 0 || value === 1)).toBe(true);
  rates.forEach((rate, neuron) => {
    const count = values.filter((value, i) => i % rates.length === neuron && value === 1).length;
    const probability = Math.min(Math.max(rate, 0), 1);
    const deviation = Math.sqrt(steps * probability * (1 - probability));
    expect(Math.abs(count - steps * probability)).toBeLessThanOrEqual(4 * deviation);
  });
});

test.each([-0.5, 1.25, NaN, Infinity])("intensities are from 0 to 1: %d is refused", async (value) => {
  for (const encoder of [poissonRate({ steps: 2, seed: 1 }), latencyEncoding({ steps: 2 })]) {
    const message = `expected values from 0 to 1, got ${value} at index 1.`;
    await expect(encode(encoder, [0, value], [1, 2])).rejects.toThrow(message);
  }
});

test("poissonRate depends on seed and call alone", async () => {
  const spikes = async (seed: number, call: number) => {
    const { values } = await encode(
      poissonRate({ steps: 20, seed }),
      new Array<number>(30).fill(0.5),
      [3, 10],
      call,
    );
    return values.join("");
  };
  const first = await spikes(1, 7);
  expect(await spikes(1, 7)).toBe(first);
  expect(await spikes(1, 8)).not.toBe(first);
  expect(await spikes(2, 7)).not.toBe(first);
});

test.each([
  [() => constantCurrent({ steps: 0 }), /^constantCurrent.steps: expected an integer >= 1, got 0/],
  [() => poissonRate({ steps: 1.5, seed: 1 }), /^poissonRate.steps: .* got 1.5/],
  [() => latencyEncoding({ steps: -1 }), /^latencyEncoding.steps: .* got -1/],
  [() => deltaEncoding({ threshold: 0 }), /^deltaEncoding.threshold: expected a finite number > 0, got 0/],
  [() => deltaEncoding({ threshold: Number.NaN }), /got NaN/],
])("refuses impossible options: %s", (make, message) => {
  expect(make).toThrow(MyelinError);
  expect(make).toThrow(message);
});
