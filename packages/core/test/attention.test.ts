import { describe, expect, it } from "vitest";
import {
  AdvancedSpatialAttention,
  type AdvancedSpatialAttentionOptions,
  backward,
  LIF,
  MyelinError,
  Sequential,
  ShapeError,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { sum } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

function attention(options: Partial<AdvancedSpatialAttentionOptions> = {}): AdvancedSpatialAttention {
  return new AdvancedSpatialAttention({ timeSteps: 2, channels: 4, ...options });
}

function line(from: number, to: number): number[] {
  return Array.from({ length: 18 }, (_, i) => from + ((to - from) * i) / 17);
}

/** The worked example of the specification: one sample, T = 2, C = 4, maps of 2 x 2. */
function workedExample(options: Partial<AdvancedSpatialAttentionOptions> = {}) {
  const layer = attention(options);
  layer.fc1.set([0.6, -0.3, 0.2, 0.15]);
  layer.conv1.set(line(-0.4, 0.45));
  layer.conv2.set(line(0.3, -0.55));
  const values = Array.from({ length: 32 }, (_, i) => (((7 * i * i + 3 * i) % 13) - 5) / 5);
  return { layer, x: tensor(values, [2, 1, 4, 2, 2]) };
}

async function expectClose(actual: Tensor, expected: readonly number[], from = 0): Promise<void> {
  const values = [...(await actual.data())].slice(from, from + expected.length);
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
}

describe.each(BACKENDS)("AdvancedSpatialAttention on %s", (backend) => {
  const engine = withEngine(backend);

  it("does what the worked example of the specification says", async () => {
    await engine().step(async () => {
      const { layer, x } = workedExample();
      const y = layer.forward(x);
      const { important, rest, score, importantPlanes } = layer.lastMaps!;
      await expectClose(score, [0.27, 0.49, 0.585, 0.3325, 0.255, 0.3725, 0.33, 0.385]);
      await expectClose(importantPlanes, [0, 0, 0, 1, 0, 0, 1, 0]);
      await expectClose(important, [0.74364489, 0.71351147, 0.64737031, 0.61182737]);
      await expectClose(rest, [0.15348826, 0.19000157, 0.28191142, 0.3368195]);
      const first = [-0.15348826, 0.19000157, 0.16914685, 0.1347278];
      await expectClose(y, [...first, 0.0613953, 0.11400094, 0.28191142, -0.3368195]);
      await expectClose(y, [-0.14872898, -0.71351147, 0.64737031, 0.36709642], 12);
    });
  });

  it.each([
    ["and", [0, 1, 0, 0, 1, 0, 0, 1]],
    ["or", [0, 1, 0, 1, 1, 0, 1, 1]],
    ["xor", [0, 0, 0, 1, 0, 0, 1, 0]],
  ] as const)("combines both selections by %s", async (maskMode, planes) => {
    await engine().step(async () => {
      const { layer, x } = workedExample({ maskMode });
      layer.forward(x);
      await expectClose(layer.lastMaps!.importantPlanes, planes);
    });
  });

  it("takes the lower index of equal scores", async () => {
    await engine().step(async () => {
      const layer = attention({ maskMode: "and", timeSteps: 4 });
      layer.forward(tensor(new Float32Array(4 * 4 * 4).fill(1), [4, 1, 4, 2, 2]));
      layer.fc1.set(new Float32Array(16).fill(0.25));
      layer.forward(tensor(new Float32Array(4 * 4 * 4).fill(1), [4, 1, 4, 2, 2]));
      await expectClose(layer.lastMaps!.importantPlanes, [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    });
  });

  it("gives every sample the selections of all with batchUnion, and its own with sample", async () => {
    await engine().step(async () => {
      const values = Array.from({ length: 2 * 3 * 4 * 4 }, (_, i) => Math.sin(i * i));
      const masks = async (maskScope: "sample" | "batchUnion") => {
        const { layer } = workedExample({ maskScope, maskMode: "or" });
        layer.forward(tensor(values, [2, 3, 4, 2, 2]));
        return [...(await layer.lastMaps!.importantPlanes.data())];
      };
      const own = await masks("sample");
      const at = (t: number, b: number, c: number) => own[(t * 3 + b) * 4 + c]!;
      const union = own.map((_, i) => {
        const [t, c] = [Math.floor(i / 12), i % 4];
        return Math.max(at(t, 0, c), at(t, 1, c), at(t, 2, c));
      });
      expect(await masks("batchUnion")).toEqual(union);
      expect(union).not.toEqual(own);
    });
  });

  it.each([
    ["one step", { timeSteps: 1, channels: 3 }, [1, 2, 3, 2, 2]],
    ["one channel", { timeSteps: 3, channels: 1 }, [3, 2, 1, 2, 2]],
    ["one sample", { timeSteps: 3, channels: 2 }, [3, 1, 2, 2, 2]],
    ["one position", { timeSteps: 3, channels: 2 }, [3, 2, 2, 1, 1]],
    ["one of everything", { timeSteps: 1, channels: 1 }, [1, 1, 1, 1, 1]],
  ])("works with %s", async (_, options, shape) => {
    await engine().step(async () => {
      const layer = attention({ ...options, trainableScore: true });
      const x = tensor(
        Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.cos(i)),
        shape,
      );
      x.requiresGrad = true;
      const y = layer.forward(x);
      backward(sum(y));
      expect(y.shape).toEqual(shape);
      const values = [...(await y.data()), ...(await x.grad!.data()), ...(await layer.fc1.grad!.data())];
      expect(values.every(Number.isFinite)).toBe(true);
    });
  });

  it("is the paper's layer where the trainable scores are 0", async () => {
    await engine().step(async () => {
      const [frozen, learning] = [workedExample(), workedExample({ trainableScore: true })];
      for (const { layer } of [frozen, learning]) layer.fc1.set([0, 0, 0, 0]);
      const expected = await frozen.layer.forward(frozen.x).data();
      expect(await learning.layer.forward(learning.x).data()).toEqual(expected);
    });
  });

  it("leaves the score path alone unless it is trainable", async () => {
    await engine().step(() => {
      const { layer, x } = workedExample();
      backward(sum(layer.forward(x)));
      expect([layer.alpha, layer.beta, layer.fc1].map(({ grad }) => grad)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(layer.conv1.grad).toBeDefined();
    });
  });

  it("forgets its maps when the step ends", async () => {
    const { layer, x } = workedExample();
    await engine().step(() => void layer.forward(x));
    expect(layer.lastMaps).toBeUndefined();
  });
});

describe("AdvancedSpatialAttention", () => {
  const engine = withEngine("reference");

  it.each([
    [60, 4, 1838],
    [60, 8, 878],
    [60, 1, 3638],
    [20, 1, 438],
    [36, 1, 1334],
    [1, 1, 39],
  ])("has the paper's number of parameters for T = %d, r = %d", (timeSteps, reduction, count) => {
    const numbers = (tensors: readonly Tensor[]) => tensors.reduce((total, { size }) => total + size, 0);
    const layer = attention({ timeSteps, reduction });
    expect(numbers(layer.parameters())).toBe(36);
    expect(numbers(layer.parameters()) + numbers(layer.frozenParameters())).toBe(count);
    expect(layer.namedBuffers()).toHaveLength(layer.frozenParameters().length);
    const learning = attention({ timeSteps, reduction, trainableScore: true });
    expect(numbers(learning.parameters())).toBe(count);
    expect(learning.frozenParameters()).toEqual([]);
  });

  it.each<[Partial<AdvancedSpatialAttentionOptions>, RegExp]>([
    [{ timeSteps: 0 }, /^AdvancedSpatialAttention\.timeSteps: expected an integer >= 1, got 0/],
    [{ channels: 1.5 }, /channels: expected an integer >= 1, got 1\.5/],
    [{ reduction: 3 }, /reduction: expected an integer >= 1 and <= 2, got 3\. At least one number/],
    [{ lambda: 0 }, /lambda: expected a finite number > 0 and < 1, got 0/],
    [{ lambda: 1 }, /lambda: expected a finite number > 0 and < 1, got 1/],
    [{ maskMode: "nor" as "or" }, /maskMode: expected one of "xor", "and", "or", got "nor"/],
    [{ maskScope: "world" as "sample" }, /maskScope: expected one of "sample", "batchUnion", got "world"/],
  ])("refuses %o", (options, message) => {
    expect(() => attention(options)).toThrow(message);
    expect(() => attention(options)).toThrow(MyelinError);
  });

  it.each([[[3, 1, 4, 2, 2]], [[2, 1, 3, 2, 2]], [[1, 4, 2, 2]], [[2, 1, 4]]])(
    "refuses an input %o",
    (shape) => {
      const net = new Sequential({ asa: attention(), lif: new LIF() });
      const x = tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
      const message =
        "Sequential.asa (AdvancedSpatialAttention): expected images [T, B, C, H, W] of T = 2 steps and C = 4 channels, " +
        `got [${shape.join(", ")}]. timeSteps and channels must fit the sequence.`;
      expect(() => net.forward(x)).toThrow(new ShapeError(message));
      expect(engine().inStep).toBe(false);
    },
  );
});
