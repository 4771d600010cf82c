import { describe, expect, it } from "vitest";
import {
  Adam,
  AdamW,
  backward,
  clipGradNorm,
  cosineAnnealing,
  meanSquaredError,
  oneCycle,
  parameter,
  perGroup,
  SGD,
  step,
  tensor,
  type Tensor,
  warmup,
} from "../src/index.ts";
import { add, multiply, scale, sum } from "../src/entries/ops.ts";
import type { Optimizer } from "../src/entries/training.ts";
import { withEngine } from "./support/engines.ts";
import { collectWarnings } from "./support/warnings.ts";

function setGradient(p: Tensor, gradient: number[]): void {
  p.grad = tensor(gradient, p.shape);
}

describe("optimisers", () => {
  it("forgets gradients of earlier steps", async () => {
    const [a, b] = [scalar(1), scalar(1)];
    const optimizer = new SGD([a, b], { lr: 0.5 });
    const descend = (p: Tensor): Promise<void> =>
      engine().step(async () => {
        backward(meanSquaredError(p, tensor([0])));
        await clipGradNorm(optimizer.parameters, 10);
        optimizer.step();
      });
    await descend(a);
    await descend(b);
    expect([await a.item(), await b.item()]).toEqual([0, 0]);
  });

  const engine = withEngine("reference");
  const scalar = (value: number): Tensor => parameter([value], [1]);

  it("gives every group its own options", async () => {
    const [a, b] = [scalar(1), scalar(1)];
    const optimizer = new SGD([{ parameters: [a], lr: 1 }, { parameters: [b] }], { lr: 0.1 });
    await engine().step(() => {
      setGradient(a, [0.5]);
      setGradient(b, [0.5]);
      optimizer.step();
    });
    expect(await a.item()).toBeCloseTo(0.5, 6);
    expect(await b.item()).toBeCloseTo(0.95, 6);
  });

  it("leaves parameters without a gradient alone and counts steps for each", async () => {
    const [a, b] = [scalar(1), scalar(1)];
    const optimizer = new Adam([a, b], { lr: 0.1, weightDecay: 0.5 });
    await engine().step(() => {
      setGradient(a, [1]);
      optimizer.step();
    });
    expect(await b.item()).toBe(1);
    expect(optimizer.getState().steps).toEqual([1, 0]);
  });

  it("continues bit for bit from a saved state", async () => {
    const run = async (p: Tensor, optimizer: Adam, gradients: number[]): Promise<void> => {
      for (const gradient of gradients) {
        await engine().step(() => {
          setGradient(p, [gradient]);
          optimizer.step();
        });
      }
    };
    const whole = scalar(1);
    await run(whole, new Adam([whole]), [1, -2, 3, 0.5]);
    const first = scalar(1);
    const before = new Adam([first]);
    await run(first, before, [1, -2]);
    const second = parameter(await first.data(), [1]);
    const after = new Adam([second]);
    after.setState(JSON.parse(JSON.stringify(before.getState())) as ReturnType<Adam["getState"]>);
    const saved = new Map(before.stateTensors());
    for (const [name, value] of after.stateTensors()) value.set(await saved.get(name)!.data());
    await run(second, after, [3, 0.5]);
    expect(await second.item()).toBe(await whole.item());
  });

  it("refuses states of another kind or size", () => {
    const state = new Adam([scalar(1)]).getState();
    expect(() => new AdamW([scalar(1)]).setState(state)).toThrow('expected state of AdamW, got "Adam"');
    expect(() => new Adam([scalar(1), scalar(2)]).setState(state)).toThrow(
      "expected 2 parameters in 1 groups, got 1",
    );
  });

  it("refuses impossible options", () => {
    const p = scalar(1);
    expect(() => new SGD([], { lr: 1 })).toThrow("SGD: expected at least one parameter, got 0.");
    expect(() => new SGD([p, p], { lr: 1 })).toThrow(
      "SGD: expected every parameter once, got 1 listed twice.",
    );
    expect(() => new SGD([p], { lr: -1 })).toThrow("SGD.lr: expected a finite number >= 0, got -1.");
    expect(() => new SGD([p], { lr: 1, nesterov: true })).toThrow("SGD.nesterov: expected momentum > 0");
    expect(() => new Adam([p], { betas: [1, 0.9] })).toThrow(
      "Adam.betas[0]: expected a finite number >= 0 and < 1",
    );
    expect(() => new AdamW([p], { eps: 0 })).toThrow("AdamW.eps: expected a finite number > 0, got 0.");
  });
});

describe("schedules", () => {
  const initial = { lr: 1, momentum: 0.9 };
  const warnings = collectWarnings();

  it("warm up linearly, then hand over with an index of its own", () => {
    const schedule = warmup({ steps: 4, then: step({ stepSize: 2, gamma: 0.5 }) });
    const rates = [0, 1, 2, 3, 4, 5, 6].map((i) => schedule.at(i, initial).lr);
    expect(rates).toEqual([0.25, 0.5, 0.75, 1, 1, 1, 0.5]);
  });

  it("perGroup schedules each group by its own", () => {
    const schedule = perGroup([warmup({ steps: 2 }), cosineAnnealing({ tMax: 2 })]);
    expect(schedule.at(1, initial, 0).lr).toBe(1);
    expect(schedule.at(1, initial, 1).lr).toBeCloseTo(0.5, 12);
    expect(() => schedule.at(0, initial, 2)).toThrow(
      "perGroup: expected a schedule per group, got 2 for group 2.",
    );
  });

  it("cosineAnnealing says once when the rate rises again", () => {
    const schedule = warmup({ steps: 2, then: cosineAnnealing({ tMax: 4 }) });
    const rates = [0, 1, 2, 4, 6].map((i) => schedule.at(i, initial).lr);
    [0.5, 1, 1, 0.5, 0].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
    expect(warnings()).toEqual([]);
    expect([7, 10].map((i) => schedule.at(i, initial).lr)).toEqual([expect.closeTo(0.1464, 4), 1]);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(/^cosineAnnealing: expected an index up to tMax 4, got one beyond it, /);
  });

  it("oneCycle says when it is over", () => {
    const schedule = oneCycle({ maxLr: 1, totalSteps: 10 });
    expect(() => schedule.at(10, initial)).toThrow(
      "oneCycle: expected an index below totalSteps 10, got 10.",
    );
  });

  it.each([1, 2, 3, 4])("oneCycle of %i steps has finite rates", (totalSteps) => {
    const schedule = oneCycle({ maxLr: 1, totalSteps });
    for (let i = 0; i < totalSteps; i++) expect(Number.isFinite(schedule.at(i, initial).lr)).toBe(true);
  });

  it("oneCycle leaves an optimiser without momentum without", () => {
    expect(oneCycle({ maxLr: 1, totalSteps: 10 }).at(3, { lr: 1, momentum: 0 }).momentum).toBe(0);
  });
});

describe("options that are changed between steps", () => {
  const engine = withEngine("reference");

  const step = (p: Tensor, optimizer: Optimizer): Promise<void> =>
    engine().step(() => {
      backward(sum(multiply(p, p)));
      optimizer.step();
    });

  it("have to stay in range", async () => {
    const p = parameter([1], [1]);
    const optimizer = new Adam([p]);
    optimizer.groups[0]!.lr = NaN;
    await expect(step(p, optimizer)).rejects.toThrow("Adam.lr: expected a finite number >= 0, got NaN.");
    expect(await p.item()).toBe(1);
  });

  it("bring no momentum into a group that has none", async () => {
    const [p, q] = [parameter([1], [1]), parameter([1], [1])];
    const [plain, heavy] = [new SGD([p], { lr: 0.1 }), new SGD([q], { lr: 0.1, momentum: 0.9 })];
    plain.groups[0]!.momentum = 0.9;
    const message = "SGD.momentum: expected 0 in a group that was made without momentum, got 0.9.";
    await expect(step(p, plain)).rejects.toThrow(message);
    const restored = new SGD([p], { lr: 0.1 });
    restored.setState(heavy.getState());
    await expect(step(p, restored)).rejects.toThrow(message);
  });
});

describe("gradients that a step has used", () => {
  const engine = withEngine("reference");
  const USED =
    "SGD.step: expected gradients of a backward pass since the last step, got those that it has used.";

  it("are not used again by the same optimiser, inside and outside the engine's step", async () => {
    const p = parameter([1], [1]);
    const optimizer = new SGD([p], { lr: 1 });
    await engine().step(() => backward(sum(p)));
    optimizer.step();
    expect(() => optimizer.step()).toThrow(USED);
    await engine().step(() => expect(() => optimizer.step()).toThrow(USED));
    await engine().step(() => {
      backward(sum(p));
      optimizer.step();
      expect(() => optimizer.step()).toThrow(USED);
    });
    expect(await p.item()).toBe(-1);
  });

  it("may be given again, or go to another optimiser", async () => {
    const p = parameter([1], [1]);
    const [first, second] = [new SGD([p], { lr: 1 }), new SGD([p], { lr: 2 })];
    const gradient = tensor([1]);
    for (let i = 0; i < 2; i++) {
      p.grad = gradient;
      await engine().step(() => first.step());
    }
    expect(await p.item()).toBe(-1);
    await engine().step(() => {
      backward(sum(p));
      first.step();
      second.step();
    });
    expect(await p.item()).toBe(-4);
  });
});

describe("clipGradNorm", () => {
  const engine = withEngine("reference");

  it("has to be awaited before the optimiser's step", async () => {
    const p = parameter([1, 1], [2]);
    const optimizer = new SGD([p], { lr: 1 });
    await engine().step(async () => {
      backward(sum(scale(p, 100)));
      const clipping = clipGradNorm([p], 1);
      expect(() => optimizer.step()).toThrow(
        "SGD.step: expected clipped gradients, got some that clipGradNorm still works on. Write `await clipGradNorm(...)`.",
      );
      await clipping;
      optimizer.step();
    });
    for (const value of await p.data()) expect(value).toBeCloseTo(1 - Math.SQRT1_2, 5);
    await engine().step(async () => {
      backward(sum(p));
      await expect(clipGradNorm([p], -1)).rejects.toThrow("clipGradNorm.maxNorm");
      optimizer.step();
    });
  });

  it("scales all gradients to the common norm and returns the norm before", async () => {
    const [a, b] = [parameter([3], [1]), parameter([4], [1])];
    const [norm, values] = await engine().step(async () => {
      setGradient(a, [3]);
      setGradient(b, [4]);
      const before = await clipGradNorm([a, b], 1);
      return [before, [await a.grad!.item(), await b.grad!.item()]] as const;
    });
    expect(norm).toBeCloseTo(5, 6);
    expect(values[0]).toBeCloseTo(0.6, 5);
    expect(values[1]).toBeCloseTo(0.8, 5);
  });

  it("scales a gradient that two parameters share once", async () => {
    const [a, b] = [parameter([1], [1]), parameter([1], [1])];
    const values = await engine().step(async () => {
      backward(meanSquaredError(add(a, b), tensor([-9])));
      await clipGradNorm([a, b], 1);
      return [await a.grad!.item(), await b.grad!.item()];
    });
    expect(Math.hypot(...values)).toBeCloseTo(1, 5);
  });

  it("leaves small gradients alone", async () => {
    const p = parameter([1], [1]);
    const value = await engine().step(async () => {
      setGradient(p, [0.5]);
      await clipGradNorm([p], 1);
      return p.grad!.item();
    });
    expect(value).toBe(0.5);
  });
});
