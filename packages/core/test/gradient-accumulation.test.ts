import { describe, expect, it } from "vitest";
import {
  Adam,
  backward,
  clipGradNorm,
  LIF,
  Linear,
  parameter,
  rateCrossEntropy,
  Sequential,
  SGD,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { add, multiply, scale, sum } from "../src/entries/ops.ts";
import { gradNorm } from "../src/entries/training.ts";
import { ENGINES, withEngine } from "./support/engines.ts";

/** d/dw of factor w^2 is 2 factor w. */
const square = (w: Tensor, factor = 1): Tensor => scale(multiply(w, w), factor);

describe.each(Object.entries(ENGINES))("gradients add up, on %s", (_, options) => {
  const engine = withEngine(options);
  const gradient = async (w: Tensor): Promise<number | undefined> => w.grad?.item();

  it("within a step and over steps, until they are forgotten", async () => {
    const w = parameter([3], [1]);
    await engine().step(() => {
      backward(square(w));
      backward(square(w, 2));
    });
    expect(await gradient(w)).toBe(18);
    await engine().step(() => backward(square(w)));
    expect(await gradient(w)).toBe(24);
    w.grad = undefined;
    await engine().step(() => backward(square(w)));
    expect(await gradient(w)).toBe(6);
    new SGD([w], { lr: 1 }).zeroGrad();
    expect(w.grad).toBeUndefined();
  });

  it("as one step of the optimiser on the sum", async () => {
    const w = parameter([3], [1]);
    const optimizer = new SGD([w], { lr: 0.125 });
    for (let i = 0; i < 3; i++) {
      await engine().step(() => {
        backward(square(w));
        if (i === 2) optimizer.step();
      });
    }
    expect(await w.item()).toBe(3 - 18 / 8);
    expect(w.grad).toBeUndefined();
  });

  it("afresh after an optimiser's step, without a word", async () => {
    const w = parameter([4], [1]);
    const optimizer = new SGD([w], { lr: 0.25 });
    for (const right of [2, 1, 0.5]) {
      await engine().step(() => {
        backward(square(w));
        optimizer.step();
      });
      expect(await w.item()).toBe(right);
    }
  });

  it("for an optimiser's step after the engine's", async () => {
    const w = parameter([4], [1]);
    const optimizer = new SGD([w], { lr: 0.25 });
    for (const right of [2, 1]) {
      await engine().step(() => backward(square(w)));
      optimizer.step();
      expect(await w.item()).toBe(right);
    }
  });

  it("for each of several optimisers by itself", async () => {
    const [a, b] = [parameter([4], [1]), parameter([4], [1])];
    const [first, second] = [new SGD([a], { lr: 0.25 }), new SGD([b], { lr: 0.25 })];
    await engine().step(() => {
      backward(add(square(a), square(b)));
      first.step();
    });
    await engine().step(() => {
      backward(add(square(a), square(b)));
      second.step();
    });
    expect(await a.item()).toBe(2);
    expect(await b.item()).toBe(0);
    expect(await gradient(a)).toBe(4);
  });

  it("but a used gradient is not used again after another backward", async () => {
    const [a, b] = [parameter([4], [1]), parameter([4], [1])];
    const optimizer = new SGD([a, b], { lr: 0.25 });
    await engine().step(() => {
      backward(add(square(a), square(b)));
      optimizer.step();
      backward(square(b));
      optimizer.step();
    });
    expect([await a.item(), await b.item()]).toEqual([2, 1]);
  });

  it("and are clipped as a sum", async () => {
    const w = parameter([3], [1]);
    await engine().step(() => backward(square(w)));
    await engine().step(async () => {
      backward(square(w));
      expect(await clipGradNorm([w], 6)).toBe(12);
      expect(await gradNorm([w])).toBeCloseTo(6, 5);
    });
    expect(await gradient(w)).toBeCloseTo(6, 5);
  });

  it("except those of a step that throws", async () => {
    const w = parameter([3], [1]);
    await engine().step(() => backward(square(w)));
    const failing = engine().step(async () => {
      backward(square(w));
      await clipGradNorm([w], 1);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await gradient(w)).toBe(6);
  });

  it("except used ones, also when the step throws afterwards", async () => {
    const w = parameter([3], [1]);
    await engine().step(() => backward(square(w)));
    const failing = engine().step(() => {
      backward(square(w));
      new SGD([w], { lr: 0 }).step();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(w.grad).toBeUndefined();
  });

  it("for leaves of the step until it ends", async () => {
    const kept: Tensor[] = [];
    await engine().step(async () => {
      const x = tensor([2]);
      x.requiresGrad = true;
      backward(square(x));
      backward(square(x));
      expect(await gradient(x)).toBe(8);
      kept.push(x);
    });
    expect(kept[0]!.grad).toBeUndefined();
  });

  it("where two leaves share one gradient", async () => {
    const [a, b] = [parameter([1, 2], [2]), parameter([3, 4], [2])];
    await engine().step(() => backward(sum(add(a, b))));
    await engine().step(() => backward(add(sum(add(a, b)), sum(square(a)))));
    expect([...(await a.grad!.data())]).toEqual([4, 6]);
    expect([...(await b.grad!.data())]).toEqual([2, 2]);
  });

  it("and a gradient that was used refuses to be read later", async () => {
    const w = parameter([3], [1]);
    await engine().step(() => backward(square(w)));
    const carried = w.grad!;
    await engine().step(async () => {
      new SGD([w], { lr: 1 }).step();
      expect(await carried.item()).toBe(6);
    });
    expect(() => carried.data()).toThrow("expected a tensor in use");
  });

  it("and have to fit", () => {
    const w = parameter([3, 4], [2]);
    expect(() => (w.grad = tensor([1]))).toThrow("Tensor.grad: expected a tensor of shape [2], got [1].");
  });

  it("without taking more memory over many steps", async () => {
    const network = new Linear(64, 64);
    const optimizer = new Adam(network.parameters());
    const bytes = (): number => engine().backend.memory.usage().bytes;
    let settled = 0;
    for (let i = 0; i < 2000; i++) {
      await engine().step(() => {
        backward(sum(network.forward(tensor(new Float32Array(64), [1, 64]))));
        if (i % 4 === 3) optimizer.step();
        if (i % 7 === 6) optimizer.zeroGrad();
      });
      if (i === 28) settled = bytes();
    }
    expect(bytes()).toBeLessThanOrEqual(settled);
  });
});

describe.each(Object.entries(ENGINES))("accumulated gradients of a spiking network, on %s", (_, options) => {
  const engine = withEngine(options);

  it("are those of the large batch", async () => {
    const network = new Sequential(new Linear(6, 10), new LIF({ tau: 2 }), new Linear(10, 3), new LIF());
    const values = (t: number, b: number, i: number): number => Math.sin(t + 2.3 * b + 0.7 * i) * 2;
    const loss = (from: number, to: number): Tensor => {
      const rows = [...new Array<number>(5).keys()].flatMap((t) =>
        [...new Array<number>(to - from).keys()].flatMap((b) =>
          [...new Array<number>(6).keys()].map((i) => values(t, b + from, i)),
        ),
      );
      const labels = [...new Array<number>(to - from).keys()].map((b) => (b + from) % 3);
      return rateCrossEntropy(network.forward(tensor(rows, [5, to - from, 6])), tensor(labels));
    };
    const gradients = (): Promise<Float32Array[]> =>
      Promise.all(network.parameters().map((p) => p.grad!.data()));
    const whole = await engine().step(() => {
      backward(loss(0, 12));
      return gradients();
    });
    for (const p of network.parameters()) p.grad = undefined;
    for (const from of [0, 3, 6, 9]) {
      await engine().step(() => backward(scale(loss(from, from + 3), 3 / 12)));
    }
    const parts = await gradients();
    const largest = Math.max(...whole.flatMap((g) => [...g].map(Math.abs)));
    expect(largest).toBeGreaterThan(1e-3);
    whole.forEach((g, i) =>
      g.forEach((value, j) => expect(Math.abs(parts[i]![j]! - value)).toBeLessThan(1e-5 * largest)),
    );
  });
});
