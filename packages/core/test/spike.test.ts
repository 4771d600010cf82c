import { describe, expect, it } from "vitest";
import { backward, parameter, tensor, triangle } from "../src/index.ts";
import { SURROGATE_ALPHA } from "../src/entries/defaults.ts";
import {
  customSurrogate,
  resolveSurrogate,
  type SurrogateChoice,
  type SurrogateName,
} from "../src/entries/neurons.ts";
import { multiply, spike, sum } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const NAMES = Object.keys(SURROGATE_ALPHA) as SurrogateName[];

/** A smooth step of each kind of surrogate: its slope is the gradient, the step itself the output. */
const SMOOTH: Readonly<Record<string, readonly [SurrogateChoice, (u: number) => number]>> = {
  ...Object.fromEntries(NAMES.map((name) => [name, [name, resolveSurrogate(name).primitive!]] as const)),
  "an instance": [triangle({ alpha: 0.4 }), triangle({ alpha: 0.4 }).primitive!],
  "an expression": ["exp(u) / (1 + exp(u)) ** 2", (u) => 1 / (1 + Math.exp(-u))],
  "a function": [customSurrogate({ name: "own", derivative: (u) => 1 / (1 + u * u) }), Math.atan],
};

const SHAPES = [[], [7], [3, 5], [2, 3, 5], [2, 3, 2, 2], [2, 1, 3, 3, 5]];

describe.each(BACKENDS)("spike on %s", (backend) => {
  const engine = withEngine(backend);

  it.each(Object.entries(SMOOTH))("has the slope of a smooth step as its gradient: %s", async (_, given) => {
    const [surrogate, smooth] = given;
    const u = [-2.3, -0.61, -0.13, -1e-3, 0.02, 0.31, 1.7];
    const weights = u.map((_, i) => Math.cos(i + 1));
    const x = parameter(u, [u.length]);
    const [spikes, gradient] = await engine().step(async () => {
      const s = spike(x, surrogate);
      backward(sum(multiply(s, tensor(weights))));
      return Promise.all([s.data(), x.grad!.data()]);
    });
    expect([...spikes]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    const h = 1e-5;
    const slopes = u.map((at, i) => (weights[i]! * (smooth(at + h) - smooth(at - h))) / (2 * h));
    gradient.forEach((value, i) => expect(value).toBeCloseTo(slopes[i]!, 4));
  });

  it.each(SHAPES.map((shape) => [shape] as const))("takes the shape %j, images too", async (shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length }, (_, i) => Math.sin(3 * i + 1));
    await engine().step(async () => {
      const u = tensor(values, shape);
      u.requiresGrad = true;
      const s = spike(u);
      expect([s.shape, s.format]).toEqual([u.shape, u.format]);
      expect([...(await s.data())]).toEqual(values.map((value) => +(value >= 0)));
      backward(sum(s));
      const { derivative } = resolveSurrogate("sigmoid");
      (await u.grad!.data()).forEach((value, i) => expect(value).toBeCloseTo(derivative(values[i]!), 5));
    });
  });

  it("fires at the threshold, not at NaN", async () => {
    await engine().step(async () => {
      const u = tensor([-1e-30, -0, 0, 1e-30, NaN, -Infinity, Infinity]);
      expect([...(await spike(u).data())]).toEqual([0, 1, 1, 1, 0, 0, 1]);
    });
  });

  it("says what is no surrogate", async () => {
    await engine().step(() => {
      const u = tensor([1]);
      expect(() => spike(u, "atam")).toThrow("spike.surrogate: expected");
      expect(() => spike(u, "1 / (1 + w ** 2)")).toThrow("spike.surrogate");
      expect(() => spike(u, null as unknown as string)).toThrow("spike.surrogate: expected");
      expect(() => spike(3 as unknown as typeof u)).toThrow("spike: expected a tensor");
    });
  });
});
