import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ALIF,
  atan,
  backward,
  defineNeuron,
  fastSigmoid,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  meanSquaredError,
  piecewiseQuadratic,
  PLIF,
  rectangle,
  Recurrent,
  sigmoid,
  tensor,
  triangle,
} from "../src/index.ts";
import { customSurrogate, resolveSurrogate, type SpikingNeuron } from "../src/entries/neurons.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const OwnLIF = defineNeuron({
  name: "OwnLIF",
  state: { v: 0 },
  parameters: { tau: 2 },
  equations: "h = v + (x - v) / tau\ns = spike(h - 1)\nv = h * (1 - s)",
});

const NEURONS: [string, () => SpikingNeuron<unknown>][] = [
  ["IF", () => new IF()],
  ["IF with soft reset", () => new IF({ vReset: null })],
  ["LIF", () => new LIF({ tau: 3 })],
  ["LIF without decayInput", () => new LIF({ tau: 1.5, decayInput: false, vReset: -0.2 })],
  ["PLIF", () => new PLIF({ initTau: 2.5 })],
  ["KLIF", () => new KLIF({ k: 1.3 })],
  ["KLIF with scaleReset", () => new KLIF({ k: 0.8, scaleReset: true, vReset: null })],
  ["ALIF", () => new ALIF({ tau: 2, tauAdaptation: 5, beta: 1 })],
  ["a LIF of equations", () => new OwnLIF({ tau: 3 })],
];

/** Input currents [T, B, N] strong enough for spikes. */
function currents(T: number, B: number, N: number): fc.Arbitrary<number[]> {
  const size = T * B * N;
  return fc.array(
    fc.integer({ min: -64, max: 256 }).map((n) => n / 64),
    { minLength: size, maxLength: size },
  );
}

const RUNS = { numRuns: 20, seed: 20260101 };
const [T, B, N] = [6, 3, 5];

describe.each(BACKENDS)("neurons on %s", (backend) => {
  const engine = withEngine(backend);

  describe.each(NEURONS)("%s", (_, make) => {
    it("emits 0 or 1, and both", async () => {
      const seen = new Set<number>();
      const check = async (x: number[]): Promise<void> => {
        const y = await engine().step(() =>
          make()
            .forward(tensor(x, [T, B, N]))
            .data(),
        );
        y.forEach((value) => seen.add(value));
      };
      await fc.assert(fc.asyncProperty(currents(T, B, N), check), RUNS);
      expect([...seen].sort()).toEqual([0, 1]);
    });

    it("runs T1 + T2 steps as T1 and then T2 with carried state", async () => {
      const check = async (x: number[], cut: number): Promise<void> => {
        const at = cut * B * N;
        const [whole, parts] = await engine().step(async () => {
          const neuron = make();
          const all = await neuron.forward(tensor(x, [T, B, N])).data();
          const first = neuron.run(tensor(x.slice(0, at), [cut, B, N]));
          const second = neuron.run(tensor(x.slice(at), [T - cut, B, N]), first.state);
          return [all, [...(await first.spikes.data()), ...(await second.spikes.data())]];
        });
        expect(parts).toEqual([...whole]);
      };
      await fc.assert(fc.asyncProperty(currents(T, B, N), fc.integer({ min: 1, max: T - 1 }), check), RUNS);
    });

    it("streams step by step as it runs whole", async () => {
      const check = async (x: number[]): Promise<void> => {
        const [whole, streamed] = await engine().step(async () => {
          const neuron = make();
          const all = await neuron.forward(tensor(x, [T, B, N])).data();
          const spikes: number[] = [];
          let state: unknown;
          for (let t = 0; t < T; t++) {
            const result = neuron.step(tensor(x.slice(t * B * N, (t + 1) * B * N), [B, N]), state);
            state = result.state;
            spikes.push(...(await result.spikes.data()));
          }
          return [all, spikes];
        });
        expect(streamed).toEqual([...whole]);
      };
      await fc.assert(fc.asyncProperty(currents(T, B, N), check), RUNS);
    });

    it("treats samples independently: permuting the batch permutes the spikes", async () => {
      const order = [2, 0, 1];
      const permute = (x: ArrayLike<number>): number[] =>
        Array.from({ length: T }, (_, t) =>
          order.flatMap((b) => Array.from(x).slice((t * B + b) * N, (t * B + b + 1) * N)),
        ).flat();
      const check = async (x: number[]): Promise<void> => {
        const [straight, permuted] = await engine().step(async () => {
          const neuron = make();
          const y = await neuron.forward(tensor(x, [T, B, N])).data();
          return [permute(y), await neuron.forward(tensor(permute(x), [T, B, N])).data()];
        });
        expect([...permuted]).toEqual(straight);
      };
      await fc.assert(fc.asyncProperty(currents(T, B, N), check), RUNS);
    });

    it("keeps no state between calls", async () => {
      const [first, second] = await engine().step(async () => {
        const neuron = make();
        const x = tensor(new Float32Array(T * B * N).fill(0.7), [T, B, N]);
        return [await neuron.forward(x).data(), await neuron.forward(x).data()];
      });
      expect(second).toEqual(first);
    });

    it("streams images too", async () => {
      const shape = [2, 3, 2, 2];
      const x = Float32Array.from({ length: 24 }, (_, i) => (i % 5) / 2);
      const [sequence, single] = await engine().step(async () => {
        const neuron = make();
        const { spikes } = neuron.step(tensor(x, shape));
        expect(spikes.shape).toEqual(shape);
        return [await neuron.forward(tensor(x, [1, ...shape])).data(), await spikes.data()];
      });
      expect(single).toEqual(sequence);
    });
  });

  it("decays by 1 - 1/tau without input", async () => {
    const potential = await engine().step(async () => {
      const neuron = new LIF({ tau: 4 });
      neuron.record = { potential: true };
      neuron.run(tensor(new Float32Array(5), [5, 1, 1]), tensor([0.8], [1, 1]));
      return neuron.lastPotential!.data();
    });
    potential.forEach((value, t) => expect(value).toBeCloseTo(0.8 * 0.75 ** (t + 1), 6));
  });

  it("with soft reset loses a threshold a spike", async () => {
    const [spikes, final] = await engine().step(async () => {
      const result = new IF({ vReset: null }).run(tensor([0.75, 0.75, 1.5, 0.25], [4, 1, 1]));
      return [[...(await result.spikes.data())], await result.state.item()];
    });
    expect(spikes).toEqual([0, 1, 1, 1]);
    expect(final).toBeCloseTo(3.25 - 3, 6);
  });

  it("KLIF follows its worked example", async () => {
    const [charged, potential] = await engine().step(async () => {
      const neuron = new KLIF({ k: 1.3 });
      neuron.record = { potential: true, charged: true };
      neuron.forward(tensor([0.5, 1.4, -0.3, 2.5, 0.9], [5, 1, 1]));
      return [await neuron.lastCharged!.data(), await neuron.lastPotential!.data()];
    });
    [0.325, 1.12125, 0, 1.625, 0.585].forEach((value, t) => expect(charged[t]).toBeCloseTo(value, 6));
    [0.325, 0, 0, 0, 0.585].forEach((value, t) => expect(potential[t]).toBeCloseTo(value, 6));
  });

  it("PLIF starts as LIF of the same tau, and learns w", async () => {
    const x = Float32Array.from({ length: 20 }, (_, i) => ((i * 7) % 11) / 4);
    const [plif, lif, gradient] = await engine().step(async () => {
      const neuron = new PLIF({ initTau: 3 });
      const spikes = neuron.forward(tensor(x, [10, 2, 1]));
      backward(meanSquaredError(spikes, tensor(new Float32Array(20).fill(1), [10, 2, 1])));
      const twin = new LIF({ tau: 3 }).forward(tensor(x, [10, 2, 1]));
      return [await spikes.data(), await twin.data(), await neuron.w.grad!.item()] as const;
    });
    expect(plif).toEqual(lif);
    expect(gradient).not.toBe(0);
  });

  it("ALIF fires ever less often under constant drive", async () => {
    const spikes = await engine().step(() =>
      new ALIF({ tau: 2, tauAdaptation: 30, beta: 3 })
        .forward(tensor(new Float32Array(200).fill(2.5), [200, 1, 1]))
        .data(),
    );
    const count = (from: number, to: number): number => spikes.slice(from, to).reduce((a, b) => a + b, 0);
    expect(count(100, 200)).toBeGreaterThan(0);
    expect(count(0, 100)).toBeGreaterThan(count(100, 200));
  });

  it("a leaky integrator is linear, and carries its state", async () => {
    const x = Float32Array.from({ length: 12 }, (_, i) => Math.cos(i));
    const [once, twice, parts] = await engine().step(async () => {
      const readout = new LeakyIntegrator({ tau: 3 });
      const first = readout.run(tensor(x.slice(0, 4), [2, 2, 1]));
      const second = readout.run(tensor(x.slice(4), [4, 2, 1]), first.state);
      return [
        await readout.forward(tensor(x, [6, 2, 1])).data(),
        await readout
          .forward(
            tensor(
              x.map((value) => 2 * value),
              [6, 2, 1],
            ),
          )
          .data(),
        [...(await first.potential.data()), ...(await second.potential.data())],
      ];
    });
    once.forEach((value, i) => expect(twice[i]).toBeCloseTo(2 * value, 5));
    parts.forEach((value, i) => expect(value).toBeCloseTo(once[i]!, 6));
    expect(once[0]).toBeCloseTo(x[0]! / 3, 6);
  });

  it("recurrence feeds back the spikes of the step before", async () => {
    const layer = new Recurrent(new IF(), { features: 2 });
    layer.feedback.weight.set([0, 0, 1, 0]);
    const spikes = await engine().step(async () => {
      const y = layer.forward(tensor([1, 0, 0, 0, 0, 0], [3, 1, 2]));
      expect(layer.neuron.lastSpikes!.shape).toEqual([3, 1, 2]);
      return [...(await y.data())];
    });
    expect(spikes).toEqual([1, 0, 0, 1, 0, 0]);
    expect(layer.namedParameters().map(([name]) => name)).toEqual(["feedback.weight"]);
  });

  it("recurrence hands on the traces of its neuron", async () => {
    const layer = new Recurrent(new IF(), { features: 1 });
    layer.neuron.record = { potential: true };
    const potential = await engine().step(() => {
      layer.forward(tensor([0.25, 0.5, 0.125], [3, 1, 1]));
      expect(layer.neuron.lastPotential!.shape).toEqual([3, 1, 1]);
      return layer.neuron.lastPotential!.data();
    });
    expect([...potential]).toEqual([0.25, 0.75, 0.875]);
  });

  it("recurrence carries its state and learns its weights", async () => {
    const x = Float32Array.from({ length: 24 }, (_, i) => ((i * 5) % 7) / 3);
    const layer = new Recurrent(new KLIF(), { features: 2 });
    const [whole, parts, gradient] = await engine().step(async () => {
      const spikes = layer.forward(tensor(x, [6, 2, 2]));
      backward(meanSquaredError(spikes, tensor(new Float32Array(24), [6, 2, 2])));
      const first = layer.run(tensor(x.slice(0, 8), [2, 2, 2]));
      const second = layer.run(tensor(x.slice(8), [4, 2, 2]), first.state);
      const halves = [...(await first.spikes.data()), ...(await second.spikes.data())];
      return [[...(await spikes.data())], halves, await layer.feedback.weight.grad!.data()] as const;
    });
    expect(parts).toEqual(whole);
    expect(gradient.some((value) => value !== 0)).toBe(true);
  });

  it("a custom surrogate equals the built-in one it copies", async () => {
    const x = Float32Array.from({ length: 30 }, (_, i) => ((i * 7) % 13) / 5);
    const copy = customSurrogate({ name: "copy", derivative: atan().derivative });
    const gradients = await engine().step(async () => {
      const results: number[][] = [];
      for (const surrogate of [atan(), copy]) {
        const input = tensor(x, [10, 3, 1]);
        input.requiresGrad = true;
        const spikes = new LIF({ surrogate }).forward(input);
        backward(meanSquaredError(spikes, tensor(new Float32Array(30).fill(0.5), [10, 3, 1])));
        results.push([...(await input.grad!.data())]);
      }
      return results;
    });
    gradients[0]!.forEach((value, i) => expect(gradients[1]![i]).toBeCloseTo(value, 6));
  });
});

describe("surrogates", () => {
  const all = [atan(), sigmoid(), piecewiseQuadratic(), triangle({ alpha: 2 }), rectangle(), fastSigmoid()];

  it.each(all.map((surrogate) => [surrogate.name, surrogate] as const))(
    "the derivative of %s is the slope of its primitive",
    (_, { derivative, primitive }) => {
      for (const z of [-1.7, -0.6, -0.31, -0.01, 0.02, 0.29, 0.55, 0.93, 2.1]) {
        const slope = (primitive!(z + 1e-5) - primitive!(z - 1e-5)) / 2e-5;
        expect(slope).toBeCloseTo(derivative(z), 5);
      }
    },
  );

  it("can be given by name", () => {
    expect(resolveSurrogate("atan").derivative(0)).toBe(1);
    expect(() => resolveSurrogate("atam" as "atan")).toThrow(
      /expected one of "atan", .* got "atam". Did you mean "atan"/,
    );
  });

  it("refuse impossible options", () => {
    expect(() => atan({ alpha: 0 })).toThrow("atan.alpha: expected a finite number > 0, got 0.");
    expect(() => customSurrogate({ name: "x", derivative: 1 as never })).toThrow(
      "expected a function of z, got 1.",
    );
  });
});

describe("neuron options", () => {
  withEngine("reference");

  it.each<[string, () => unknown]>([
    ["LIF.tau: expected a finite number >= 1, got 0.5. tau counts time steps.", () => new LIF({ tau: 0.5 })],
    ["PLIF.initTau: expected a finite number > 1, got 1.", () => new PLIF({ initTau: 1 })],
    ["KLIF.k: expected a finite number > 0, got 0.", () => new KLIF({ k: 0 })],
    ["KLIF.vThreshold: expected a finite number, got NaN.", () => new KLIF({ vThreshold: NaN })],
    ["IF.vReset: expected a finite number, got Infinity.", () => new IF({ vReset: Infinity })],
    ["ALIF.tauAdaptation: expected a finite number > 0, got 0.", () => new ALIF({ tauAdaptation: 0 })],
    ["LeakyIntegrator.tau: expected a finite number >= 1, got 0.", () => new LeakyIntegrator({ tau: 0 })],
    ["Recurrent.features: expected an integer >= 1, got 0.", () => new Recurrent(new IF(), { features: 0 })],
  ])("%s", (message, make) => {
    expect(make).toThrow(message);
  });
});
