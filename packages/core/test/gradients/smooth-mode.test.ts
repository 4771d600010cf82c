/**
 * Backpropagation through time against finite differences: the forward pass fires with the surrogate's primitive in
 * place of the step, which makes the whole chain differentiable. A detached reset has no such function.
 */
import { describe, test } from "vitest";
import { interpretBackward, interpretForward } from "../../src/equations/index.ts";
import { SURROGATE_ALPHA, type SurrogateName } from "../../src/neurons/index.ts";
import { SPIKE_MODEL } from "../../src/neurons/spike.ts";
import { learnedOf, modelOf, placedOf, slopeOf, surrogateOf } from "../support/built-in.ts";
import {
  type Arrays,
  type Differentiable,
  expectRightGradients,
  normal,
  zeros,
} from "./finite-differences.ts";
import { type BuiltIn, neuronSpecs } from "./neuron-specs.ts";

const SIZE = { steps: 7, size: 5 };
const LENGTH = SIZE.steps * SIZE.size;

function smoothNeuron(spec: BuiltIn): Differentiable {
  const model = modelOf(spec);
  const fire = surrogateOf(spec).primitive!;
  const names = model.states.map(({ name }) => `initial ${name}`);
  const outputs = model.outputs.map(({ name }) => name);
  const given = (inputs: Arrays) => ({
    inputs: [inputs["x"]!],
    parameters: placedOf(spec, inputs["learned"] ?? zeros(1)),
    initial: names.map((name) => inputs[name]!),
    fire,
  });
  const learned = learnedOf(spec);
  return {
    inputs: {
      x: normal(LENGTH, 1),
      ...Object.fromEntries(names.map((name, i) => [name, normal(SIZE.size, 2 + i)])),
      ...(learned !== undefined && { learned: Float64Array.of(1.3) }),
    },
    forward: (inputs) => {
      const out = { outputs: outputs.map(() => zeros(LENGTH)), final: names.map(() => zeros(SIZE.size)) };
      interpretForward(model, SIZE, given(inputs), out);
      const named = (keys: readonly string[], all: readonly Float64Array[]): [string, Float64Array][] =>
        keys.map((key, i) => [key, all[i]!]);
      return Object.fromEntries([...named(outputs, out.outputs), ...named(names, out.final)]);
    },
    backward: (inputs, gradients) => {
      const x = zeros(LENGTH);
      const initial = names.map(() => zeros(SIZE.size));
      const parameters = model.parameters.map(() => zeros(1));
      const incoming = {
        outputs: outputs.map((name) => gradients[name]!),
        final: names.map((name) => gradients[name]!),
      };
      const out = { inputs: [x], initial, parameters };
      interpretBackward(model, slopeOf(spec), SIZE, given(inputs), incoming, out);
      return {
        x,
        ...Object.fromEntries(names.map((name, i) => [name, initial[i]!])),
        ...(learned !== undefined && { learned: parameters[model.parameters.indexOf(learned)]! }),
      };
    },
  };
}

/** The operation `spike` alone, with a built-in surrogate of any steepness. */
function smoothSpike(surrogate: SurrogateName, alpha: number): Differentiable {
  const fire = surrogateOf({ surrogate, alpha }).primitive!;
  const given = ({ u }: Arrays) => ({ inputs: [u!], parameters: [], initial: [], fire });
  return {
    inputs: { u: normal(LENGTH, 1) },
    forward: (inputs) => {
      const s = zeros(LENGTH);
      interpretForward(SPIKE_MODEL, SIZE, given(inputs), { outputs: [s], final: [] });
      return { s };
    },
    backward: (inputs, { s }) => {
      const u = zeros(LENGTH);
      const slope = slopeOf({ surrogate, alpha });
      const out = { inputs: [u], initial: [], parameters: [] };
      interpretBackward(SPIKE_MODEL, slope, SIZE, given(inputs), { outputs: [s], final: [] }, out);
      return { u };
    },
  };
}

describe("smooth mode:", () => {
  test.each(Object.entries(SURROGATE_ALPHA) as [SurrogateName, number][])("spike, %s", (name, alpha) => {
    expectRightGradients(smoothSpike(name, alpha));
    expectRightGradients(smoothSpike(name, 0.7 * alpha));
  });
  test.each(neuronSpecs(false))("%s", (_, spec) => expectRightGradients(smoothNeuron(spec)));
});
