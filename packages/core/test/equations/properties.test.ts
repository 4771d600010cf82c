/** Random programs: text and tree are the same, compiled code and the specification agree, gradients are derivatives. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { parseEquations } from "../../src/equations/language/parse.ts";
import {
  interpretBackward,
  interpretForward,
  printEquations,
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  surrogateFunction,
} from "../../src/equations/index.ts";
import { atan } from "../../src/neurons/index.ts";
import { expectRightGradients, normal, zeros } from "../gradients/finite-differences.ts";
import { type Arrays } from "../gradients/finite-differences.ts";
import { CompiledLayer, type Gradients, type Layer, type Results } from "./host.ts";
import { isTame, modelOf, randomEquations, valuesFor } from "./programs.ts";
import { enableRelaxedSimd } from "../../src/engine/backends/wasm/runtime/host.ts";

beforeAll(enableRelaxedSimd);

const SIZE = { steps: 4, size: 11 };
const SURROGATE = readSurrogate("surrogate", SURROGATE_EXPRESSIONS.atan, ["alpha"]);
const ALPHA = 2;
const DERIVATIVE = surrogateFunction(SURROGATE, [ALPHA]);
/** Programs are the same in every run: rounding has been looked at for these. */
const FIXED = { seed: 7, numRuns: 80 };
/** Gradients in float64 have no rounding to look at. */
const MORE = { seed: 8, numRuns: 300 };

test("printed equations are read as the same", () => {
  fc.assert(
    fc.property(randomEquations(), (equations) => {
      const text = printEquations(equations);
      const read = parseEquations("Random", text);
      expect(withoutPlaces(read)).toEqual(withoutPlaces(equations));
      expect(printEquations(read)).toBe(text);
    }),
  );
});

test("compiled code, with fused multiply-add and without, computes what the interpreter does, whatever the chunks and their order", () => {
  fc.assert(
    fc.property(randomEquations(), fc.nat(1000), (equations, seed) => {
      const model = modelOf(equations);
      fc.pre(model !== undefined);
      const layer: Layer = {
        ...valuesFor(model, SIZE.steps, SIZE.size, seed),
        surrogate: SURROGATE,
        alpha: ALPHA,
      };
      fc.pre(isTame(layer));
      const incoming = {
        outputs: [normal(SIZE.steps * SIZE.size, seed + 30), undefined],
        final: [normal(SIZE.size, seed + 31), undefined],
      };
      const expected = interpreted(layer, incoming);
      const largest = Math.max(...expected.flatMap((numbers) => [...numbers].map(Math.abs)));
      fc.pre(largest < 100);
      for (const relaxed of [false, true]) {
        const whole = compiled(layer, incoming, { relaxed, grain: 16 });
        whole.forEach((numbers, i) => expectNear(numbers, expected[i]!));
      }
      const cut = compiled(layer, incoming, { relaxed: false, grain: 4 });
      const reversed = compiled(layer, incoming, { relaxed: false, grain: 4, backwards: true });
      expect(reversed).toEqual(cut);
    }),
    FIXED,
  );
});

test("gradients are derivatives when spikes are smooth", () => {
  const fire = atan({ alpha: ALPHA }).primitive!;
  fc.assert(
    fc.property(randomEquations(false), fc.nat(1000), (equations, seed) => {
      const model = modelOf(equations);
      fc.pre(model !== undefined);
      const layer = valuesFor(model, SIZE.steps, 3, seed);
      fc.pre(isTame(layer, fire));
      expectRightGradients(differentiable(layer, fire));
    }),
    MORE,
  );
});

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === "line" || key === "column" ? 0 : inner)),
  );
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!) / scale, `${actual[i]} for ${expected[i]}`).toBeLessThan(1e-3);
  }
}

type Incoming = Parameters<CompiledLayer["backward"]>[0];

function flat(results: Results, gradients: Gradients): ArrayLike<number>[] {
  const { inputs, initial, parameters } = gradients;
  return [...results.outputs, ...results.final, ...inputs, ...initial, ...parameters];
}

function compiled(layer: Layer, incoming: Incoming, machine: ConstructorParameters<typeof CompiledLayer>[1]) {
  const run = new CompiledLayer(layer, machine);
  const results = run.forward();
  const all = flat(results, run.backward(incoming));
  expect(run.isIntact).toBe(true);
  expect(run.passes.kept.length).toBeLessThanOrEqual(layer.model.states.length);
  return all;
}

function interpreted(layer: Layer, incoming: Incoming): Float64Array[] {
  const { model, inputs, initial, steps, size } = layer;
  const parameters = layer.parameters.map((values) => ({ values, inner: 1 }));
  const values = { inputs, initial, parameters };
  const results = {
    outputs: model.outputs.map(() => zeros(steps * size)),
    final: model.states.map(() => zeros(size)),
  };
  interpretForward(model, layer, values, results);
  const gradients = {
    inputs: inputs.map(({ length }) => zeros(length)),
    initial: model.states.map(() => zeros(size)),
    parameters: layer.parameters.map(({ length }) => zeros(length)),
  };
  interpretBackward(model, DERIVATIVE, layer, values, incoming, gradients);
  return flat(results, gradients) as Float64Array[];
}

function differentiable(layer: Omit<Layer, "surrogate" | "alpha">, fire: (u: number) => number) {
  const { model, steps, size } = layer;
  const valuesOf = (arrays: Arrays) => ({
    inputs: model.inputs.map((name) => arrays[name]!),
    initial: model.states.map(({ name }) => arrays[name]!),
    parameters: model.parameters.map((name) => ({ values: arrays[name]!, inner: 1 })),
    fire,
  });
  const resultsOf = (arrays: Arrays) => ({
    outputs: model.outputs.map(({ name }) => arrays[name]!),
    final: model.states.map(({ name }) => arrays[`final ${name}`]!),
  });
  const named = (names: readonly string[], arrays: readonly Float64Array[]): Arrays =>
    Object.fromEntries(names.map((name, i) => [name, arrays[i]!]));
  const stateNames = model.states.map(({ name }) => name);
  return {
    inputs: {
      ...named(model.inputs, layer.inputs),
      ...named(
        stateNames,
        model.states.map(({ rest }, i) => layer.initial[i] ?? zeros(size).fill(rest as number)),
      ),
      ...named(model.parameters, layer.parameters),
    },
    forward: (arrays: Arrays): Arrays => {
      const out: Arrays = {
        ...named(
          model.outputs.map(({ name }) => name),
          model.outputs.map(() => zeros(steps * size)),
        ),
        ...named(
          stateNames.map((name) => `final ${name}`),
          stateNames.map(() => zeros(size)),
        ),
      };
      interpretForward(model, layer, valuesOf(arrays), resultsOf(out));
      return out;
    },
    backward: (arrays: Arrays, incoming: Arrays): Arrays => {
      const out = {
        inputs: layer.inputs.map(({ length }) => zeros(length)),
        initial: model.states.map(() => zeros(size)),
        parameters: layer.parameters.map(({ length }) => zeros(length)),
      };
      interpretBackward(model, DERIVATIVE, layer, valuesOf(arrays), resultsOf(incoming), out);
      return {
        ...named(model.inputs, out.inputs),
        ...named(stateNames, out.initial),
        ...named(model.parameters, out.parameters),
      };
    },
  };
}
