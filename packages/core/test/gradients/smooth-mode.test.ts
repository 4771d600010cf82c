/**
 * Backpropagation through time against finite differences: the forward pass fires with the surrogate's primitive in
 * place of the step, which makes the whole chain differentiable. A detached reset has no such function.
 */
import { describe, test } from "vitest";
import type { AlifSpec, NeuronSpec } from "../../src/engine/backend/index.ts";
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
    neuronForward(SIZE, { ...inputs, ...outputs }, spec, smoothFire(spec));
    return outputs;
  };
  return {
    inputs: { x: normal(LENGTH, 1), initial: normal(SIZE.size, 2), parameter: Float64Array.of(1.3) },
    forward,
    backward: (inputs, gradients) => {
      const outgoing = { gx: zeros(LENGTH), gInitial: zeros(SIZE.size), gParameter: zeros(1) };
      const buffers = {
        ...{ x: inputs["x"]!, initial: inputs["initial"]!, parameter: inputs["parameter"]! },
        ...{ spikes: forward(inputs).spikes, gSpikes: gradients["spikes"]! },
        ...{ gPotential: gradients["potential"]!, gFinal: gradients["final"]! },
        ...outgoing,
      };
      neuronBackward(SIZE, buffers, spec);
      return { x: outgoing.gx, initial: outgoing.gInitial, parameter: outgoing.gParameter };
    },
  };
}

function smoothAlif(spec: BuiltIn<AlifSpec>): Differentiable {
  const given = ({ x, v, a }: Arrays) => ({ x: x!, initialPotential: v!, initialAdaptation: a! });
  return {
    inputs: { x: normal(LENGTH, 1), v: normal(SIZE.size, 2), a: normal(SIZE.size, 3) },
    forward: (inputs) => {
      const [spikes, potential, v, a] = [LENGTH, LENGTH, SIZE.size, SIZE.size].map(zeros) as Four;
      const outputs = { spikes, potential, finalPotential: v, finalAdaptation: a };
      alifForward(SIZE, { ...given(inputs), ...outputs }, spec, smoothFire(spec));
      return { spikes, potential, v, a };
    },
    backward: (inputs, { spikes: gSpikes, potential: gPotential, v, a }) => {
      const [gx, gv, ga] = [zeros(LENGTH), zeros(SIZE.size), zeros(SIZE.size)];
      const incoming = { gSpikes, gPotential, gFinalPotential: v, gFinalAdaptation: a };
      const outgoing = { gx, gInitialPotential: gv, gInitialAdaptation: ga };
      alifBackward(SIZE, { ...given(inputs), ...incoming, ...outgoing }, spec, smoothFire(spec));
      return { x: gx, v: gv, a: ga };
    },
  };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

describe("smooth mode:", () => {
  test.each(neuronSpecs(false))("%s", (_, spec) => expectRightGradients(smoothNeuron(spec)));
  test.each(alifSpecs(false))("%s", (_, spec) => expectRightGradients(smoothAlif(spec)));
});
