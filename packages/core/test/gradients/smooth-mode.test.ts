/**
 * Backpropagation through time against finite differences: the forward pass fires with the surrogate's primitive in
 * place of the step, which makes the whole chain differentiable. A detached reset has no such function.
 */
import { describe, test } from "vitest";
import type { AlifSpec, NeuronSpec } from "../../src/engine/backend-neurons.ts";
import { alifBackward, alifForward } from "../../src/engine/backends/reference/alif.ts";
import { neuronBackward, neuronForward } from "../../src/engine/backends/reference/neuron.ts";
import { surrogates } from "../../src/engine/backends/reference/surrogate.ts";
import {
  type Arrays,
  type Differentiable,
  expectRightGradients,
  normal,
  zeros,
} from "./finite-differences.ts";
import { alifSpecs, type BuiltIn, neuronSpecs } from "./neuron-specs.ts";

const SIZE = { steps: 7, size: 5 };
const LENGTH = SIZE.steps * SIZE.size;

function smoothFire({ surrogate, alpha }: BuiltIn<Pick<NeuronSpec, "alpha" | "surrogate">>) {
  return (z: number) => surrogates[surrogate].primitive(z, alpha);
}

function smoothNeuron(spec: BuiltIn<NeuronSpec>): Differentiable {
  const forward = ({ x, initial, parameter }: Arrays) => {
    const outputs = { spikes: zeros(LENGTH), potential: zeros(LENGTH), final: zeros(SIZE.size) };
    const inputs = { x: x!, initial: initial!, parameter: parameter! };
    neuronForward(SIZE, spec, { ...inputs, ...outputs }, smoothFire(spec));
    return outputs;
  };
  return {
    inputs: { x: normal(LENGTH, 1), initial: normal(SIZE.size, 2), parameter: Float64Array.of(1.3) },
    forward,
    backward: (inputs, gradients) => {
      const outgoing = { gx: zeros(LENGTH), gInitial: zeros(SIZE.size), gParameter: zeros(1) };
      neuronBackward(SIZE, spec, {
        ...{ x: inputs["x"]!, initial: inputs["initial"]!, parameter: inputs["parameter"]! },
        ...{ spikes: forward(inputs).spikes, gSpikes: gradients["spikes"]! },
        ...{ gPotential: gradients["potential"]!, gFinal: gradients["final"]! },
        ...outgoing,
      });
      return { x: outgoing.gx, initial: outgoing.gInitial, parameter: outgoing.gParameter };
    },
  };
}

function smoothAlif(spec: BuiltIn<AlifSpec>): Differentiable {
  const stateOf = (arrays: Arrays) => ({ potential: arrays["v"]!, adaptation: arrays["a"]! });
  const outgoingState = () => ({ potential: zeros(SIZE.size), adaptation: zeros(SIZE.size) });
  return {
    inputs: { x: normal(LENGTH, 1), v: normal(SIZE.size, 2), a: normal(SIZE.size, 3) },
    forward: (inputs) => {
      const [spikes, potential, final] = [zeros(LENGTH), zeros(LENGTH), outgoingState()];
      const given = { x: inputs["x"]!, initial: stateOf(inputs) };
      alifForward(SIZE, spec, { ...given, spikes, potential, final }, smoothFire(spec));
      return { spikes, potential, v: final.potential, a: final.adaptation };
    },
    backward: (inputs, gradients) => {
      const [gx, gInitial] = [zeros(LENGTH), outgoingState()];
      const given = { x: inputs["x"]!, initial: stateOf(inputs), gFinal: stateOf(gradients) };
      const incoming = { gSpikes: gradients["spikes"]!, gPotential: gradients["potential"]! };
      alifBackward(SIZE, spec, { ...given, ...incoming, gx, gInitial }, smoothFire(spec));
      return { x: gx, v: gInitial.potential, a: gInitial.adaptation };
    },
  };
}

describe("smooth mode:", () => {
  test.each(neuronSpecs(false))("%s", (_, spec) => expectRightGradients(smoothNeuron(spec)));
  test.each(alifSpecs(false))("%s", (_, spec) => expectRightGradients(smoothAlif(spec)));
});
