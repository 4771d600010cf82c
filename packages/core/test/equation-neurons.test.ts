/** Layers made by `defineNeuron`: as every spiking neuron, on every backend. */
import { describe, expect, it, test } from "vitest";
import {
  Adam,
  atan,
  backward,
  createEngine,
  defineNeuron,
  learnable,
  LIF,
  Random,
  Recurrent,
  tensor,
  type Tensor,
  useEngine,
} from "../src/index.ts";
import { customSurrogate } from "../src/entries/neurons.ts";
import { multiply, sum } from "../src/entries/ops.ts";
import { ENGINES, withEngine } from "./support/engines.ts";
import { relativeError } from "./support/relative-error.ts";
import { collectWarnings } from "./support/warnings.ts";

const AdaptiveLIF = defineNeuron({
  name: "AdaptiveLIF",
  state: { v: 0, a: 0 },
  parameters: { tau: 2, tauA: learnable(20, { per: "channel" }), beta: 0.2 },
  equations: `
    h = v + (x - v) / tau             # charge
    s = spike(h - (1 + beta * a))     # fire
    v = h * (1 - s)                   # hard reset
    a = a + (s - a) / tauA            # adapt
  `,
});
const Leaky = defineNeuron({
  name: "Leaky",
  state: { v: 0 },
  parameters: { tau: learnable(2) },
  equations: "h = v + (x - v) / tau\ns = spike(h - 1)\nv = h * (1 - s)",
});
const Scaled = defineNeuron({
  name: "Scaled",
  state: { v: 0.5 },
  parameters: { keep: learnable(0.5, { per: "channel" }), gain: learnable(1, { per: "neuron" }), shift: 0.1 },
  equations: "v = exp(-1 / keep) * v + gain * (x + shift)",
  outputs: ["v"],
});
const Gated = defineNeuron({
  name: "Gated",
  state: { v: 0 },
  inputs: ["x", "feedback"],
  equations: "h = 0.8 * v + x + 0.5 * tanh(feedback)\ns = spike(h - 1)\nv = h * (1 - detach(s))",
});

/** Normal numbers, the same for every engine. */
function numbers(length: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => 0.5 + random.normal());
}

function input(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const x = tensor(numbers(size, seed), shape);
  x.requiresGrad = true;
  return x;
}

/** All numbers that a computation gives, by name, on every engine. */
type Results = Record<string, Float32Array>;

async function onEngines(compute: () => Promise<Results>): Promise<Record<string, Results>> {
  const all: Record<string, Results> = {};
  for (const [name, options] of Object.entries(ENGINES)) {
    const engine = await createEngine(options);
    useEngine(engine);
    all[name] = await engine.step(compute);
    await engine.dispose();
  }
  return all;
}

/** Threads change no bit, and backends little. */
function expectAgreement(results: Record<string, Results>): void {
  const { reference, "wasm, 1 thread": one, "wasm, 2 threads": two } = results;
  expect(two).toEqual(one);
  for (const [name, expected] of Object.entries(reference!)) {
    expect(
      expected.some((value) => value !== 0),
      `${name} is not 0`,
    ).toBe(true);
    expect(relativeError(one![name]!, [...expected]), name).toBeLessThan(2e-4);
  }
}

async function dataOf(tensors: Readonly<Record<string, Tensor | undefined>>): Promise<Results> {
  const entries = Object.entries(tensors).map(async ([name, value]): Promise<[string, Float32Array]> => [
    name,
    await value!.data(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

describe("every backend and number of threads gives the same:", () => {
  test("two states, a parameter per channel, several chunks", async () => {
    const results = await onEngines(async () => {
      const layer = new AdaptiveLIF({ tau: 3, surrogate: atan(), features: 97 });
      const x = input([12, 7, 97], 1);
      const { spikes, state } = layer.run(x);
      backward(sum(multiply(spikes, input([12, 7, 97], 2))));
      return dataOf({ spikes, v: state.v, a: state.a, dx: x.grad, dTauA: layer.tauA.grad });
    });
    expectAgreement(results);
  });

  test.each([
    ["sequences", [5, 3, 6]],
    ["sequences of several axes", [5, 3, 4, 3, 2, 2]],
    ["images", [5, 3, 4, 5, 3]],
  ])("parameters per channel and per neuron of %s", async (_, shape) => {
    const results = await onEngines(async () => {
      const features = shape.slice(2);
      const layer = new Scaled({ features, shift: numbers(features[0]!, 5) });
      const size = features.reduce((product, axis) => product * axis, 1);
      layer.gain.set(numbers(size, 3));
      layer.keep.set(numbers(features[0]!, 4).map((value) => 1 + Math.abs(value)));
      const x = input(shape, 1);
      const { outputs, state } = layer.run(x);
      backward(sum(multiply(outputs["v"]!, input(shape, 2))));
      const gradients = { dKeep: layer.keep.grad, dGain: layer.gain.grad };
      return dataOf({ v: outputs["v"], final: state.v, dx: x.grad, ...gradients });
    });
    expectAgreement(results);
  });

  test("two inputs and a state to begin with", async () => {
    const results = await onEngines(async () => {
      const [x, feedback, v] = [input([6, 5, 30], 1), input([6, 5, 30], 2), input([5, 30], 3)];
      const { spikes } = new Gated().run(x, { v }, { feedback });
      backward(sum(multiply(spikes, input([6, 5, 30], 4))));
      return dataOf({ spikes, dx: x.grad, dFeedback: feedback.grad, dv: v.grad });
    });
    expectAgreement(results);
  });

  test("an expression as surrogate", async () => {
    const results = await onEngines(async () => {
      const x = input([6, 5, 30], 1);
      const { spikes } = new Leaky({ surrogate: "1 / (1 + (pi * u) ** 2)" }).run(x);
      backward(sum(multiply(spikes, input([6, 5, 30], 4))));
      return dataOf({ spikes, dx: x.grad });
    });
    expectAgreement(results);
  });
});

describe.each(Object.keys(ENGINES))("on %s", (name) => {
  const engine = withEngine(ENGINES[name]!);
  const warnings = collectWarnings();

  it("equations of a LIF do what LIF does", async () => {
    await engine().step(async () => {
      const [own, built] = [new Leaky({ tau: 3 }), new LIF({ tau: 3 })];
      const [x, y] = [input([20, 4, 33], 1), input([20, 4, 33], 1)];
      const [a, b] = [own.forward(x), built.forward(y)];
      backward(sum(multiply(a, input([20, 4, 33], 2))));
      backward(sum(multiply(b, input([20, 4, 33], 2))));
      expect(await a.data()).toEqual(await b.data());
      expect(relativeError(await x.grad!.data(), [...(await y.grad!.data())])).toBeLessThan(1e-5);
    });
  });

  it("says what it computes", () => {
    expect(new AdaptiveLIF().description).toEqual({
      ...{ name: "AdaptiveLIF", state: { v: 0, a: 0 }, inputs: ["x"], outputs: ["s"] },
      parameters: ["tau", "tauA", "beta"],
      equations:
        "h = v + (x - v) / tau\ns = spike(h - (1 + beta * a))\nv = h * (1 - s)\na = a + (s - a) / tauA",
    });
  });

  it("records potentials", async () => {
    await engine().step(async () => {
      const layer = new Leaky();
      layer.record = { potential: true, charged: true };
      const { state } = layer.run(input([3, 2, 4], 1));
      const potential = await layer.lastPotential!.data();
      expect(potential.slice(-8)).toEqual(await state.v.data());
      expect(layer.lastCharged!.shape).toEqual([3, 2, 4]);
      expect(layer.stepSpikes).toHaveLength(1);
    });
  });

  it("goes into recurrent wiring", async () => {
    await engine().step(async () => {
      const net = new Recurrent(new AdaptiveLIF({ features: 4 }), { features: 4 });
      const x = input([5, 2, 4], 1);
      backward(sum(net.forward(x)));
      expect(net.namedParameters().map(([path]) => path)).toEqual(["neuron.tauA", "feedback.weight"]);
      expect((await x.grad!.data()).some((value) => value !== 0)).toBe(true);
    });
  });

  it("learns its parameters", async () => {
    const layer = new AdaptiveLIF({ features: 4, tauA: 5 });
    const optimiser = new Adam(layer.parameters(), { lr: 0.1 });
    await engine().step(() => {
      backward(sum(layer.forward(input([8, 2, 4], 1))));
      optimiser.step();
    });
    const after = await layer.tauA.data();
    expect(after).toHaveLength(4);
    expect(after.some((value) => value !== 5)).toBe(true);
  });

  it("needs no sizes; parameters per channel begin with the first input, and say so", async () => {
    const layer = new AdaptiveLIF({ tau: 3, surrogate: atan() });
    expect(layer.parameters()).toEqual([]);
    await engine().step(() => void layer.forward(input([2, 1, 3], 1)));
    expect(warnings().join()).toContain("AdaptiveLIF.tauA: its 3 values were made at the first input");
    expect(layer.parameters().map(({ shape }) => shape)).toEqual([[3]]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "an unknown option",
      () => new Leaky({ tua: 2 } as object),
      'Leaky: unknown option "tua". Did you mean tau?',
    ],
    [
      "a parameter that is no number",
      () => new AdaptiveLIF({ beta: NaN }),
      "AdaptiveLIF.beta: expected a finite number, got NaN.",
    ],
    [
      "a parameter of the wrong length",
      () => new AdaptiveLIF({ tauA: [1, 2] }).forward(input([2, 1, 3], 1)),
      "AdaptiveLIF.tauA: expected a tensor of 3 values, got [2].",
    ],
    [
      "a constant of the wrong length",
      () => new AdaptiveLIF({ beta: [1, 2], features: 3 }).forward(input([2, 1, 3], 1)),
      "AdaptiveLIF.beta: expected 3 values, one per channel, got [2].",
    ],
    [
      "a missing input",
      () => new Gated().forward(input([2, 1, 3], 1)),
      "Gated.run.others.feedback: expected a tensor",
    ],
    [
      "samples without time",
      () => new Leaky().forward(input([2, 3], 1)),
      "Leaky: expected a sequence [T, B, ...]",
    ],
    [
      "a state of another shape",
      () => new Leaky().run(input([2, 1, 3], 1), { v: input([1, 2], 1) }),
      "Leaky.v: expected",
    ],
    [
      "an unknown surrogate",
      () => new Leaky({ surrogate: "atn" }),
      'Leaky.surrogate: expected one of "atan"',
    ],
    [
      "a wrong surrogate",
      () => new Leaky({ surrogate: "1 / (1 + z)" }),
      "Leaky.surrogate, line 1, column 10: expected a name",
    ],
    [
      "a learnable of an unknown kind",
      () => learnable(1, { per: "synapse" as "layer" }),
      "learnable.per: expected one of",
    ],
  ])("refuses %s", async (_, work, message) => {
    await engine().step(() => expect(() => work()).toThrow(message));
  });
});

test("a surrogate that is a function gives what its expression gives", async () => {
  const surrogate = customSurrogate({ name: "gauss", derivative: (z) => Math.exp(-z * z) });
  const results = await onEngines(async () => {
    const [x, y] = [input([6, 5, 30], 1), input([6, 5, 30], 1)];
    backward(sum(multiply(new Leaky({ surrogate }).forward(x), input([6, 5, 30], 4))));
    const compiled = new Leaky({ surrogate: "exp(-u * u)" }).forward(y);
    backward(sum(multiply(compiled, input([6, 5, 30], 4))));
    expect(relativeError(await x.grad!.data(), [...(await y.grad!.data())])).toBeLessThan(1e-5);
    return dataOf({ dx: x.grad });
  });
  expectAgreement(results);
});

describe("a definition is refused with", () => {
  const definition = { name: "Own", state: { v: 0 }, equations: "v = 0.9 * v + x", outputs: ["v"] };
  it.each<[string, object, string]>([
    ["an unknown entry", { states: {} }, 'defineNeuron: unknown option "states". Did you mean state?'],
    ["no name", { name: "" }, "defineNeuron.name: expected a text"],
    ["no equations", { equations: 3 }, "Own.equations: expected a text, got 3."],
    ["a wrong state", { state: [] }, "Own.state: expected states with their values at rest"],
    [
      "a name of layers",
      { parameters: { run: 1 }, equations: "v = run * v + x" },
      "Own.parameters: expected a name that layers do not have",
    ],
    [
      "an unknown name",
      { equations: "v = 0.9 * u + x" },
      'Own.equations, line 1, column 11: expected a name that is known here, got "u".',
    ],
  ])("%s", (_, change, message) => {
    expect(() => defineNeuron({ ...definition, ...change })).toThrow(message);
  });
});
