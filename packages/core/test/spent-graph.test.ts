import { describe, expect, it } from "vitest";
import {
  backward,
  BatchNorm,
  KLIF,
  LIF,
  Linear,
  meanSquaredError,
  noGrad,
  parameter,
  Sequential,
  SGD,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { add, customGradient, multiply, reshape, scale, sum } from "../src/entries/ops.ts";
import { ENGINES, withEngine } from "./support/engines.ts";

const SPENT = /^backward: expected operations that no backward pass has gone through/;
const OVERWRITTEN =
  /^backward: expected the values of the forward pass, got a tensor \[.*\] that was overwritten/;

/** Values without a pattern, the same on every backend. */
function wave(shape: readonly number[], phase = 0): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase)),
    shape,
  );
}

const squares = (x: Tensor): Tensor => sum(multiply(x, x));

function spikingNetwork(): { trunk: Sequential; heads: [Linear, Linear] } {
  return {
    trunk: new Sequential(new Linear(6, 8), new LIF({ tau: 2 }), new Linear(8, 8), new KLIF()),
    heads: [new Linear(8, 3), new Linear(8, 2)],
  };
}

describe.each(Object.entries(ENGINES))("a graph is gone through once, on %s", (_, options) => {
  const engine = withEngine(options);

  it("refuses a second backward on one loss", async () => {
    const { trunk } = spikingNetwork();
    await engine().step(() => {
      const loss = squares(trunk.forward(wave([5, 4, 6])));
      backward(loss);
      expect(() => backward(loss)).toThrow(SPENT);
    });
  });

  it("refuses losses with a common trunk, and takes their sum", async () => {
    const { trunk, heads } = spikingNetwork();
    const losses = (): Tensor[] => {
      const spikes = trunk.forward(wave([5, 4, 6], 1));
      return heads.map((head) => squares(head.forward(spikes)));
    };
    const parameters = trunk.parameters();
    const gradients = (): Promise<Float32Array[]> => Promise.all(parameters.map((p) => p.grad!.data()));
    const [together, apart] = await engine().step(async () => {
      const [a, b] = losses();
      backward(a!);
      expect(() => backward(b!)).toThrow(SPENT);
      for (const p of parameters) p.grad = undefined;
      backward(add(...(losses() as [Tensor, Tensor])));
      const sums = await gradients();
      for (const p of parameters) p.grad = undefined;
      backward(losses()[0]!);
      backward(losses()[1]!);
      return [sums, await gradients()];
    });
    together.forEach((values, i) =>
      values.forEach((value, j) => expect(value).toBeCloseTo(apart[i]![j]!, 4)),
    );
  });

  it("refuses a part and then the whole", async () => {
    const w = parameter([1, 2], [2]);
    await engine().step(() => {
      const part = sum(w);
      const whole = multiply(part, part);
      backward(part);
      expect(() => backward(whole)).toThrow(SPENT);
    });
  });

  it("refuses what is computed from the inside of a spent graph", async () => {
    const w = parameter([1, 2], [2]);
    await engine().step(() => {
      const inside = multiply(w, w);
      backward(sum(inside));
      expect(() => backward(squares(inside))).toThrow(SPENT);
    });
  });

  it("refuses a second pass through a function with a gradient of one's own", async () => {
    const w = parameter([1, 2], [2]);
    await engine().step(() => {
      const y = customGradient(
        [w],
        (x) => scale(x, 2),
        (g) => [scale(g, 2)],
      );
      backward(sum(y));
      expect(() => backward(squares(y))).toThrow(SPENT);
    });
  });

  it("takes graphs apart from each other, and one from a detached inside", async () => {
    const [v, w] = [parameter([3], [1]), parameter([5], [1])];
    await engine().step(async () => {
      const [a, b] = [multiply(v, v), multiply(w, w)];
      backward(a);
      backward(b);
      expect([await v.grad!.item(), await w.grad!.item()]).toEqual([6, 10]);
      backward(
        multiply(
          w,
          noGrad(engine(), () => scale(a, 1)),
        ),
      );
      expect(await w.grad!.item()).toBe(10 + 9);
    });
  });

  it("refuses a loss of an ended step", async () => {
    const w = parameter([3], [1]);
    const kept: Tensor[] = [];
    await engine().step(() => void kept.push(multiply(w, w)));
    await engine().step(() => expect(() => backward(kept[0]!)).toThrow("that step has ended"));
  });

  it("runs when gradients are not recorded", async () => {
    const w = parameter([3], [1]);
    await engine().step(async () => {
      const loss = multiply(w, w);
      noGrad(engine(), () => backward(loss));
      expect(await w.grad!.item()).toBe(6);
    });
  });

  it("goes through the graph again after the forward pass was computed again", async () => {
    const w = parameter([3], [1]);
    const optimizer = new SGD([w], { lr: 0.5 });
    await engine().step(async () => {
      for (const right of [0, 0]) {
        backward(multiply(w, w));
        optimizer.step();
        expect(await w.item()).toBe(right);
      }
    });
  });
});

describe.each(Object.entries(ENGINES))("values that backward reads stay, on %s", (_, options) => {
  const engine = withEngine(options);

  it("refuses a graph from before an optimiser's step", async () => {
    const [v, w] = [parameter([3], [1]), parameter([5], [1])];
    await engine().step(() => {
      const [a, b] = [multiply(v, v), multiply(v, w)];
      backward(a);
      new SGD([v], { lr: 0.1 }).step();
      expect(() => backward(b)).toThrow(OVERWRITTEN);
    });
  });

  it("refuses inputs and results that were overwritten", async () => {
    const w = parameter([3, 4], [2]);
    const x = tensor([1, 2]);
    await engine().step(() => {
      const first = sum(multiply(w, x));
      x.set([5, 6]);
      const second = sum(multiply(w, x));
      expect(() => backward(add(first, second))).toThrow(OVERWRITTEN);
      backward(second);
      const y = multiply(w, w);
      const loss = sum(y);
      noGrad(engine(), () => y.viewAs([2, 1])).set([0, 0]);
      expect(() => backward(loss)).toThrow(OVERWRITTEN);
    });
  });

  it("refuses a view that would cut a gradient off", async () => {
    const w = parameter([1, 2, 3, 4], [2, 2]);
    await engine().step(async () => {
      const y = multiply(w, w);
      for (const cut of [w, y]) {
        expect(() => cut.viewAs([4])).toThrow(
          "Tensor.viewAs: expected a tensor whose gradient is not recorded, got one of shape [2, 2] whose is. `reshape`",
        );
      }
      backward(sum(multiply(reshape(y, [4]), tensor([1, 10, 100, 1000]))));
      expect(await w.grad!.data()).toEqual(Float32Array.of(2, 40, 600, 8000));
    });
    expect(await w.viewAs([4]).data()).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(() => w.viewAs([2])).toThrow("Tensor.viewAs.shape: expected a shape of 4 values, got [2].");
  });

  it("keeps the running statistics of the forward pass in evaluation", async () => {
    const norm = new BatchNorm(2);
    await engine().step(async () => {
      const x = wave([3, 4, 2]);
      norm.eval();
      const loss = meanSquaredError(norm.forward(x), wave([3, 4, 2], 2));
      norm.train();
      noGrad(engine(), () => norm.forward(scale(x, 100)));
      backward(loss);
      const after = await norm.weight.grad!.data();
      norm.runningMean.set([0, 0]);
      norm.runningVar.set([1, 1]);
      norm.eval();
      norm.weight.grad = undefined;
      backward(meanSquaredError(norm.forward(x), wave([3, 4, 2], 2)));
      expect(after).toEqual(await norm.weight.grad!.data());
    });
  });

  it("leaves traces of neurons and activations as they were", async () => {
    const lif = new LIF({ tau: 2, surrogate: "atan" });
    const fc = new Linear(6, 8);
    lif.record = { potential: true, charged: true };
    await engine().step(async () => {
      const current = fc.forward(wave([5, 4, 6]));
      const spikes = lif.forward(current);
      const read = (): Promise<Float32Array[]> =>
        Promise.all([current, spikes, lif.lastPotential!, lif.lastCharged!].map((t) => t.data()));
      const before = await read();
      backward(squares(spikes));
      expect(await read()).toEqual(before);
    });
  });
});

describe.each(Object.entries(ENGINES))("gradients of one's own, on %s", (_, options) => {
  const engine = withEngine(options);

  it("may hand the input through", async () => {
    const w = parameter([3, 4], [2]);
    await engine().step(async () => {
      const doubled = scale(w, 2);
      const reversed = customGradient(
        [doubled],
        (x) => x,
        (g) => [scale(g, -1)],
      );
      backward(sum(reversed));
      expect([...(await w.grad!.data())]).toEqual([-2, -2]);
    });
  });

  it("may keep the gradient that they are given", async () => {
    const w = parameter(new Float32Array(256).fill(1), [256]);
    await engine().step(async () => {
      const seen: Tensor[] = [];
      const doubled = customGradient(
        [scale(w, 2)],
        (x) => scale(x, 3),
        (g) => (seen.push(g), [scale(g, 3)]),
      );
      backward(squares(doubled));
      expect(await seen[0]!.data()).toEqual(new Float32Array(256).fill(12));
      expect(await w.grad!.data()).toEqual(new Float32Array(256).fill(72));
    });
  });

  it("may come as images for plain tensors and the other way round", async () => {
    const shape = [2, 3, 2, 2];
    const numbers = Float32Array.from({ length: 24 }, (_, i) => i);
    const w = parameter(new Float32Array(24), shape);
    await engine().step(async () => {
      const y = customGradient(
        [w],
        (x) => scale(x, 1),
        () => [tensor(numbers, shape)],
      );
      backward(sum(y));
      expect(await w.grad!.data()).toEqual(numbers);
    });
  });

  it("are not recorded in asynchronous work without gradients", async () => {
    const w = parameter([3], [1]);
    await engine().step(async () => {
      const y = await noGrad(engine(), async () => {
        await w.data();
        return multiply(w, w);
      });
      expect(y.requiresGrad).toBe(false);
      backward(multiply(w, y));
      expect(await w.grad!.item()).toBe(9);
    });
  });
});
