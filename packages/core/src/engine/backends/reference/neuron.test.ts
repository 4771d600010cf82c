import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NeuronSpec } from "../../backend/index.ts";
import { neuronBackward, neuronForward } from "./neuron.ts";

const LIF: NeuronSpec = {
  ...{ neuron: "LIF", tau: 2, decayInput: true, vThreshold: 1, vReset: 0 },
  ...{ detachReset: true, scaleReset: false, surrogate: "atan", alpha: 2 },
};
const KLIF: NeuronSpec = { ...LIF, neuron: "KLIF" };

/** Runs one neuron on a sequence of currents. */
function run(spec: NeuronSpec, currents: readonly number[], given: { k?: number; initial?: number } = {}) {
  const [spikes, charged, potential] = [0, 1, 2].map(() => new Float64Array(currents.length));
  const buffers = { spikes: spikes!, charged: charged!, potential: potential!, final: new Float64Array(1) };
  const initial = given.initial === undefined ? undefined : Float64Array.of(given.initial);
  const parameter = Float64Array.of(given.k ?? 1);
  const size = { steps: currents.length, size: 1 };
  neuronForward(size, { x: Float64Array.from(currents), parameter, initial, ...buffers }, spec);
  return buffers;
}

describe("KLIF by hand, k = 1.3", () => {
  const x = [0.5, 1.4, -0.3, 2.5, 0.9];

  test.each([
    [{}, [0.325, 1.12125, 0, 1.625, 0.585], [0.325, 0, 0, 0, 0.585]],
    [{ scaleReset: true }, [0.325, 1.0725, 0, 1.625, 0.585], [0.25, 0, 0, 0, 0.45]],
    [{ decayInput: false }, [0.65, 2.2425, 0, 3.25, 1.17], [0.65, 0, 0, 0, 0]],
  ])("%o", (options, charged, potential) => {
    const result = run({ ...KLIF, ...options }, x, { k: 1.3 });
    charged.forEach((value, t) => expect(result.charged[t]).toBeCloseTo(value, 12));
    potential.forEach((value, t) => expect(result.potential[t]).toBeCloseTo(value, 12));
    expect([...result.spikes]).toEqual(charged.map((value) => (value >= 1 ? 1 : 0)));
  });

  test.each([
    [true, -0.3627985969, [-0.06623214, -0.28381835, 0, 0.10709914, -0.24075923]],
    [false, -0.2578803364, [-0.05532466, -0.28381835, 0, 0.15947515, -0.24075923]],
  ])("gradients, detachReset %s", (detachReset, gk, gx) => {
    const { spikes } = run(KLIF, x, { k: 1.3 });
    const outgoing = { gx: new Float64Array(5), gParameter: new Float64Array(1) };
    const given = { x: Float64Array.from(x), parameter: Float64Array.of(1.3), spikes };
    const gSpikes = Float64Array.of(1, -0.5, 0.3, 0.8, -1);
    neuronBackward({ steps: 5, size: 1 }, { ...given, gSpikes, ...outgoing }, { ...KLIF, detachReset });
    expect(outgoing.gParameter[0]).toBeCloseTo(gk, 9);
    gx.forEach((value, t) => expect(outgoing.gx[t]).toBeCloseTo(value, 8));
  });
});

describe("a leaky neuron", () => {
  const current = fc.double({ min: -3, max: 3, noNaN: true });
  const currents = fc.array(current, { minLength: 2, maxLength: 20 });
  const reset = fc.constantFrom(0, -0.5, null);

  test("fires at the threshold, not above it", () => {
    expect([...run({ ...LIF, neuron: "IF" }, [1, 0.5, 0.5]).spikes]).toEqual([1, 0, 1]);
  });

  test("starts at rest and stays there without input", () => {
    const { potential } = run({ ...LIF, vReset: -0.5 }, [-0.5, -0.5, -0.5]);
    expect([...run({ ...LIF, vReset: -0.5, decayInput: false }, [0, 0, 0]).potential]).toEqual([
      -0.5, -0.5, -0.5,
    ]);
    expect(potential[2]).toBeLessThan(-0.5);
  });

  test("decays by 1 - 1/tau a step without input", () => {
    const { potential } = run(LIF, [0, 0, 0], { initial: 0.8 });
    expect([...potential]).toEqual([0.4, 0.2, 0.1]);
  });

  test("runs a sequence in two parts as in one", () => {
    fc.assert(
      fc.property(currents, fc.nat(), reset, (x, cut, vReset) => {
        const spec = { ...LIF, vReset };
        const at = 1 + (cut % (x.length - 1));
        const first = run(spec, x.slice(0, at));
        const second = run(spec, x.slice(at), { initial: first.final[0]! });
        expect([...first.potential, ...second.potential]).toEqual([...run(spec, x).potential]);
      }),
      { seed: 1 },
    );
  });

  test("with a soft reset is linear in its input and spikes", () => {
    fc.assert(
      fc.property(currents, (x) => {
        const { spikes, potential } = run({ ...LIF, vReset: null, decayInput: false }, x);
        const expected = x.reduce((v, current, t) => v / 2 + current - spikes[t]!, 0);
        expect(potential.at(-1)).toBeCloseTo(expected, 9);
      }),
      { seed: 2 },
    );
  });
});
