/** What passes keep, leave out and share. */
import { describe, expect, test } from "vitest";
import {
  type Kernel,
  lower,
  passesOf,
  readModel,
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  wasmPrinter,
} from "../../src/equations/index.ts";

const SURROGATE = readSurrogate("surrogate", SURROGATE_EXPRESSIONS.atan, ["alpha"]);
const X = new Set(["x"]);
const S = new Set(["s"]);

interface Neuron {
  readonly equations: string;
  readonly state?: Record<string, number>;
  readonly parameters?: readonly string[];
  readonly outputs?: readonly string[];
}

function passes(
  { equations, state = { v: 0 }, parameters = [], outputs }: Neuron,
  learned: readonly string[] = [],
) {
  const model = readModel({ name: "Test", equations, state, parameters, outputs });
  return passesOf(lower(model, SURROGATE), { inputs: X, parameters: new Set(learned) });
}

function slotsOf({ slots }: Kernel): string[] {
  return slots.map(({ kind, name }) => `${kind} ${name}`.trim());
}

const LIF = { equations: "h = v + (x - v) / tau\ns = spike(h - 1)\nv = h * (1 - s)", parameters: ["tau"] };
const KLIF = {
  equations: "h = v + (x - v) / tau\nf = relu(k * h)\ns = spike(f - 1)\nv = f * (1 - s)",
  parameters: ["tau", "k"],
};

describe("the forward pass keeps", () => {
  test("one value per step for the LIF family", () => {
    expect(passes(LIF).kept).toHaveLength(1);
    expect(passes(LIF, ["tau"]).kept).toHaveLength(1);
    expect(passes(KLIF, ["k"]).kept).toHaveLength(1);
  });

  test("nothing for a linear neuron", () => {
    expect(passes({ equations: "v = 0.9 * v + x", outputs: ["v"] }).kept).toHaveLength(0);
  });

  test("nothing when no backward pass follows", () => {
    expect(slotsOf(passes(LIF).forward(false))).toEqual(["input x", "begin v", "carried v", "output s"]);
  });
});

describe("the backward pass", () => {
  test("of a LIF reads what was kept and the gradient that comes in", () => {
    expect(slotsOf(passes(LIF).backward(S))).toEqual([
      ...["kept 0", "outputGradient s", "begin v", "carried v", "inputGradient x"],
    ]);
  });

  test("reads the input again where it is needed", () => {
    expect(slotsOf(passes(LIF, ["tau"]).backward(S))).toContain("input x");
  });

  test("sums gradients of the numbers that parameters are made into", () => {
    expect(passes(LIF).backward(S).sums).toEqual([]);
    expect(passes(LIF, ["tau"]).backward(S).sums).toHaveLength(1);
    expect(slotsOf(passes(KLIF, ["k"]).backward(S)).at(-1)).toBe("sums");
  });

  test("reads only the gradients that come in", () => {
    const both = passes({ ...LIF, outputs: ["s", "v"] });
    expect(slotsOf(both.backward(new Set(["v"])))).not.toContain("outputGradient s");
    expect(slotsOf(both.backward(new Set()))).not.toContain("outputGradient v");
  });
});

test("what is the same for all steps leaves the loop", () => {
  const { uniforms } = lower(readModel({ ...LIF, name: "Test", state: { v: 0 } }), SURROGATE);
  // 1 / tau, pi / 2 alpha, alpha / 2
  expect(uniforms).toHaveLength(3);
  const backward = passes(LIF).backward(S);
  const operations = backward.nodes.flatMap((node) => (node.kind === "computed" ? [node.operation] : []));
  expect(operations.filter((operation) => operation === "divide")).toHaveLength(1);
});

test("equal programs are printed as equal bytes, for shared and for relaxed machines other ones", () => {
  const print = (shared: boolean, relaxed: boolean) =>
    wasmPrinter({ shared, relaxed }).print(passes(LIF).forward(true));
  expect(print(false, false)).toEqual(print(false, false));
  expect(WebAssembly.validate(print(false, false))).toBe(true);
  expect(WebAssembly.validate(print(true, false))).toBe(true);
  expect(print(false, true)).not.toEqual(print(false, false));
});
