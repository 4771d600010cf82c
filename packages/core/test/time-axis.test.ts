import { describe, expect, it } from "vitest";
import {
  ALIF,
  BatchNorm,
  Conv2d,
  DelayConv2d,
  DelayLinear,
  Flatten,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  maxMembraneCrossEntropy,
  meanOverTime,
  type Module,
  parameter,
  PLIF,
  rateCrossEntropy,
  rateMse,
  Recurrent,
  RepeatOverTime,
  ShapeError,
  sumOverTime,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
} from "../src/index.ts";
import {
  add,
  bernoulli,
  delta,
  lastStep,
  latency,
  maxOverTime,
  repeatOverTime,
  unstack,
} from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

function ofShape(...shape: number[]): Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length }, (_, i) => (i % 7) / 7),
    shape,
  );
}

const SAMPLES = [
  [6, 4],
  [3, 2, 5, 5],
];
const SEQUENCES = [
  [2, 6, 4],
  [2, 3, 2, 5, 5],
];

describe.each(BACKENDS)("on %s, without a time axis", (backend) => {
  const engine = withEngine(backend);

  const neurons: Record<string, () => Module> = {
    IF: () => new IF(),
    LIF: () => new LIF(),
    PLIF: () => new PLIF(),
    KLIF: () => new KLIF(),
    ALIF: () => new ALIF(),
    LeakyIntegrator: () => new LeakyIntegrator(),
  };

  it.each(Object.entries(neurons))("%s refuses and says how to add one", async (name, make) => {
    await engine().step(() => {
      expect(() => make().forward(ofShape(32, 128))).toThrow(
        `${name}: expected a sequence [T, B, ...], got [32, 128]. ` +
          "Put RepeatOverTime(T) or an encoder before it, or give one step as [1, B, N].",
      );
      expect(() => make().forward(ofShape(8, 3, 2, 2))).toThrow(
        `${name}: expected a sequence [T, B, ...], got [8, 3, 2, 2]. ` +
          "Put RepeatOverTime(T) or an encoder before it, or give one step as [1, B, C, H, W].",
      );
    });
  });

  const sums = { sumOverTime, meanOverTime, maxOverTime, lastStep, unstack } as const;
  it.each(Object.entries(sums))("%s refuses", async (name, sum) => {
    await engine().step(() => {
      expect(() => sum(ofShape(6, 4))).toThrow(`${name}: expected a sequence [T, B, ...], got [6, 4].`);
      expect(() => sum(ofShape(4))).toThrow(ShapeError);
    });
  });

  const losses = { rateCrossEntropy, rateMse, sumSoftmaxCrossEntropy, maxMembraneCrossEntropy } as const;
  it.each(Object.entries(losses))("%s refuses instead of averaging the batch", async (name, loss) => {
    await engine().step(() => {
      const labels = tensor([0, 1, 2, 3, 0, 1]);
      expect(() => loss(ofShape(6, 4), labels)).toThrow(
        `${name}: expected a sequence [T, B, ...], got [6, 4].`,
      );
    });
  });

  it("wiring over time refuses", async () => {
    const recurrent = new Recurrent(new LIF(), { features: 4 });
    const delays = new DelayLinear(4, 3, { maxDelay: 3 });
    const images = new DelayConv2d(2, 3, { maxDelay: 3, kernelSize: 3 });
    await engine().step(() => {
      expect(() => recurrent.forward(ofShape(6, 4))).toThrow(
        "Recurrent: expected a sequence [T, B, ...], got [6, 4].",
      );
      expect(() => delays.forward(ofShape(6, 4))).toThrow("expected a sequence [T, B, 4], got [6, 4]");
      expect(() => images.forward(ofShape(3, 2, 5, 5))).toThrow(
        "expected a sequence of images [T, B, C, H, W], got [3, 2, 5, 5]",
      );
      expect(() => delta(ofShape(6, 4), { threshold: 0.1 })).toThrow("delta: expected a sequence");
    });
  });

  it.each(SAMPLES)(
    "linear layers, convolutions, normalisation and Flatten work: [%d, %d, ...]",
    async (...shape) => {
      await engine().step(() => {
        const x = ofShape(...shape);
        const channels = shape[1] as number;
        const flat = new Flatten().forward(x);
        expect(flat.shape).toEqual([shape[0], x.size / shape[0]!]);
        expect(new Linear(flat.shape[1]!, 3).forward(flat).shape).toEqual([shape[0], 3]);
        expect(new BatchNorm(channels).forward(x).shape).toEqual(shape);
        if (shape.length === 4) {
          expect(new Conv2d(channels, 3, { kernelSize: 3 }).forward(x).shape).toEqual([3, 3, 3, 3]);
        }
      });
    },
  );

  it.each(SAMPLES)("one step goes through a neuron: [%d, %d, ...]", async (...shape) => {
    await engine().step(async () => {
      const neuron = new LIF({ tau: 1 });
      const x = tensor(
        Array.from({ length: ofShape(...shape).size }, (_, i) => 2 * (i % 2)),
        shape,
      );
      const { spikes, state } = neuron.step(x);
      expect(spikes.shape).toEqual(shape);
      expect(await spikes.data()).toEqual(Float32Array.from({ length: x.size }, (_, i) => i % 2));
      expect(neuron.step(x, state).spikes.shape).toEqual(shape);
      expect(() => neuron.step(tensor([1, 2]))).toThrow("LIF: expected a batch [B, ...]");
    });
  });
});

describe.each(BACKENDS)("on %s, with a time axis", (backend) => {
  const engine = withEngine(backend);

  it.each(SEQUENCES)("what adds one refuses a second: [%d, %d, ...]", async (...shape) => {
    await engine().step(() => {
      const x = ofShape(...shape);
      const hint = `expected samples [B, N] or images [B, C, H, W] without a time axis, got [${shape.join(", ")}]`;
      expect(() => repeatOverTime(x, 3)).toThrow(`repeatOverTime: ${hint}`);
      expect(() => new RepeatOverTime(3).forward(x)).toThrow(`RepeatOverTime: ${hint}`);
      expect(() => bernoulli(x, { steps: 3, key: 1 })).toThrow(`bernoulli: ${hint}`);
      expect(() => latency(x, { steps: 3 })).toThrow(`latency: ${hint}`);
    });
  });

  it.each(SEQUENCES)("state has the shape of a step: [%d, %d, ...]", async (...shape) => {
    await engine().step(() => {
      const x = ofShape(...shape);
      const state = ofShape(...shape.slice(1));
      const wrong = ofShape(shape[2]!, shape[1]!, ...shape.slice(3));
      expect(() => new LIF().run(x, state)).not.toThrow();
      for (const neuron of [new LIF(), new LeakyIntegrator()]) {
        expect(() => neuron.run(x, wrong)).toThrow("State is [B, ...] as the input.");
      }
      const alif = new ALIF();
      expect(() => alif.run(x, { potential: state, adaptation: wrong })).toThrow(ShapeError);
    });
  });

  it("images and plain tensors of one shape do not mix", async () => {
    const plain = parameter(new Float32Array(150), [3, 2, 5, 5]);
    await engine().step(() => {
      const image = ofShape(3, 2, 5, 5);
      expect(() => add(image, plain)).toThrow(
        "add: expected two image tensors, got one plain tensor of shape [3, 2, 5, 5].",
      );
      expect(() => new LIF().run(repeatOverTime(image, 2), plain)).toThrow("expected image state of shape");
    });
  });
});
