/**
 * Backpropagation through time against finite differences: the forward pass fires with the surrogate's primitive in
 * place of the step, which makes the whole chain differentiable. A detached reset has no such function.
 */
import { describe, test } from "vitest";
import { interpretBackward, interpretForward } from "../../src/equations/index.ts";
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

describe("smooth mode:", () => {
  test.each(neuronSpecs(false))("%s", (_, spec) => expectRightGradients(smoothNeuron(spec)));
});
