import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ALIF,
  backward,
  createEngine,
  type Engine,
  IF,
  KLIF,
  LeakyIntegrator,
  learnable,
  LIF,
  PLIF,
  tensor,
  Tensor,
} from "../src/index.ts";
import { sum } from "../src/entries/ops.ts";
import type { ParameterOption } from "../src/neurons/index.ts";

const [T, B, C] = [12, 2, 3];
const x = Float32Array.from({ length: T * B * C }, (_, i) => ((i * 37) % 29) / 12);

/** A parameter of a neuron, with three values. */
const PARAMETERS: readonly [string, (value: ParameterOption) => LIF | IF | PLIF | KLIF | ALIF, number[]][] = [
  ["IF.vThreshold", (vThreshold) => new IF({ vThreshold, features: C }), [0.8, 1, 1.4]],
  ["IF.vReset", (vReset) => new IF({ vReset, features: C }), [-0.5, 0, 0.25]],
  ["LIF.tau", (tau) => new LIF({ tau, features: C }), [1.5, 2, 4]],
  ["LIF.vReset", (vReset) => new LIF({ vReset, features: C }), [-0.5, 0, 0.25]],
  ["LIF.vThreshold", (vThreshold) => new LIF({ vThreshold, vReset: null, features: C }), [0.8, 1, 1.4]],
  ["PLIF.initTau", (initTau) => new PLIF({ initTau, features: C }), [1.5, 2, 4]],
  ["KLIF.tau", (tau) => new KLIF({ tau, features: C }), [1.5, 2, 4]],
  ["KLIF.k", (k) => new KLIF({ k, features: C }), [0.8, 1, 1.5]],
  ["ALIF.tauAdaptation", (tauAdaptation) => new ALIF({ tauAdaptation, features: C }), [3, 5, 9]],
  ["ALIF.beta", (beta) => new ALIF({ beta, tauAdaptation: 5, features: C }), [0.2, 1, 1.8]],
];

describe.each(["reference", "wasm"] as const)("on %s", (backend) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ backend, seed: 1, wasm: { threads: 2 } });
  });
  afterAll(() => engine.dispose());

  /** Spikes of each channel apart. */
  async function channels(layer: { forward(x: Tensor): Tensor }): Promise<number[][]> {
    const spikes = await engine.step(() => layer.forward(tensor(x, [T, B, C])).data());
    return Array.from({ length: C }, (_, c) => Array.from(spikes.filter((_, i) => i % C === c)));
  }

  it.each(PARAMETERS)(
    "%s has a value per channel: each channel is as in a layer of that value",
    async (_, make, values) => {
      const together = await channels(make(values));
      for (const [c, value] of values.entries()) {
        expect(together[c]).toEqual((await channels(make(value)))[c]);
      }
    },
  );

  it.each(PARAMETERS)("%s learns per channel", async (_, make, values) => {
    const layer = make(learnable(values, { per: "channel" }));
    const [parameter, ...others] = layer.parameters();
    expect(others.filter(({ size }) => size === C)).toEqual([]);
    const gradient = await engine.step(async () => {
      backward(sum(layer.forward(tensor(x, [T, B, C]))));
      return parameter!.grad!.data();
    });
    expect(gradient).toHaveLength(C);
    expect(gradient.some((value) => value !== 0)).toBe(true);
  });

  it("a time constant of the integrator has a value per neuron", async () => {
    const readout = new LeakyIntegrator({ tau: learnable([1, 2, 4], { per: "neuron" }), features: C });
    const [one] = await channels(readout);
    // With tau 1 the potential is the input.
    one!.forEach((v, i) => expect(v).toBeCloseTo(x[i * C]!, 6));
    expect(readout.tau).toBeInstanceOf(Tensor);
  });

  it("a value per channel of an image", async () => {
    const values = [1, 2];
    const image = Float32Array.from({ length: 4 * 2 * 6 }, (_, i) => ((i * 31) % 23) / 8);
    const run = (tau: ParameterOption): Promise<Float32Array> =>
      engine.step(() => new LIF({ tau }).forward(tensor(image, [4, 1, 2, 2, 3])).data());
    const [both, ...each] = [await run(values), await run(1), await run(2)];
    const channelOf = (i: number): number => Math.floor(i / 6) % 2;
    expect(both).toEqual(both.map((_, i) => each[channelOf(i)]![i]!));
  });
});

it.each([
  ["tau", { tau: [2, 0.5] }, "LIF.tau[1]: expected a finite number >= 1, got 0.5. tau counts time steps."],
  ["vThreshold", { vThreshold: [] }, "LIF.vThreshold: expected at least one number, got []."],
  ["features", { tau: [2, 3], features: 3 }, "LIF.tau: expected 3 values, one per channel, got [2]."],
])("a wrong %s is refused", async (_, options, message) => {
  const engine = await createEngine({ backend: "reference" });
  expect(() => new LIF(options)).toThrow(message);
  await engine.dispose();
});
