import { createEngine, defineNeuron, learnable, type Engine, tensor } from "@myelin/core";
import { Alpha } from "@myelin/core/neurons";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const Leaky = defineNeuron({
  name: "Leaky",
  state: { v: 0 },
  parameters: { tau: 2, beta: 0.5, a: 1 },
  equations: `
    v = v + (x * sqrt(a) - v) / tau
    v = v / (1 - beta)
    s = spike(v - 1)
  `,
});

const Guarded = defineNeuron({
  name: "Guarded",
  state: { v: 0 },
  parameters: { tau: 0 },
  equations: `
    v = where(tau > 0, v * (1 - 1 / tau), 0) + x
    s = spike(v - 1)
  `,
});

describe("values of parameters that the equations cannot take", () => {
  let engine: Engine;
  beforeAll(async () => void (engine = await createEngine({ backend: "reference" })));
  afterAll(() => engine.dispose());

  it("divide by zero", () => {
    expect(() => new Leaky({ tau: 0 })).toThrow(
      "Leaky.tau: expected a value with which the equations have no divisor of 0, got 0. They divide by what it makes.",
    );
    expect(() => new Leaky({ tau: learnable(0) })).toThrow("Leaky.tau");
    expect(() => new Leaky({ tau: [3, 0, 2] })).toThrow("Leaky.tau");
    expect(() => new Leaky({ beta: 1 })).toThrow("Leaky.beta");
  });

  it("divide by zero together", () => {
    expect(() => new Alpha({ alpha: 0.5, beta: 0.5 })).toThrow("Alpha.alpha: expected a value with which");
    expect(() => new Alpha({ alpha: 0.5, beta: 0.5 })).toThrow("got 0.5 beside beta = 0.5.");
  });

  it("make something that is no finite number", () => {
    expect(() => new Leaky({ a: -1 })).toThrow(
      "Leaky.a: expected a value with which the equations have finite values, got -1. It makes NaN.",
    );
  });

  it("are taken where they do no harm, or cannot be known yet", () => {
    expect(() => new Leaky({ tau: [3, 1], beta: [0, 0.5] })).not.toThrow();
    expect(
      () => new Leaky({ tau: learnable({ uniform: [0, 1] }, { per: "channel" }), features: 2 }),
    ).not.toThrow();
    expect(() => new Leaky({ tau: tensor([0]) })).not.toThrow();
    expect(() => new Guarded()).not.toThrow();
  });
});
