/**
 * Backpropagation through time against forward-mode differentiation of the equations as they are documented, with true
 * spikes; here a detached reset can be checked too.
 */
import { describe, test } from "vitest";
import type { AlifSpec, NeuronSpec } from "../../src/engine/backend/index.ts";
import { alifBackward } from "../../src/engine/backends/reference/alif.ts";
import { neuronBackward, neuronForward } from "../../src/engine/backends/reference/neuron.ts";
import { surrogates } from "../../src/engine/backends/reference/surrogate.ts";
import { add, detach, divide, type Dual, dual, fire, logistic, multiply, relu, subtract } from "./dual.ts";
import { type Arrays, dot, expectClose, normal, zeros } from "./finite-differences.ts";
import { alifSpecs, type BuiltIn, neuronSpecs } from "./neuron-specs.ts";

const STEPS = 12;
const ONE = dual(1);

/** Gradients that come in from the spikes, the potentials and the last state. */
const INCOMING = { s: normal(STEPS, 21), v: normal(STEPS, 22), vLast: normal(1, 23), aLast: normal(1, 24) };

/** A value and a direction for each place. */
function duals(values: Float64Array, directions: Float64Array): Dual[] {
  return Array.from(values, (value, i) => dual(value, directions[i]));
}

function charge(spec: NeuronSpec | AlifSpec, r: Dual, v: Dual, x: Dual): Dual {
  const rest = dual(spec.vReset ?? 0);
  if (spec.decayInput) return add(v, multiply(subtract(x, subtract(v, rest)), r));
  return add(subtract(v, multiply(subtract(v, rest), r)), x);
}

/** `v - threshold s`, or `v (1 - s) + vReset s`, with s a constant where the reset is detached. */
function reset(spec: NeuronSpec | AlifSpec, v: Dual, threshold: Dual, spike: Dual): Dual {
  const s = spec.detachReset ? detach(spike) : spike;
  if (spec.vReset === null) return subtract(v, multiply(threshold, s));
  return add(multiply(v, subtract(ONE, s)), multiply(dual(spec.vReset), s));
}

/** The slope of the loss along the direction that the inputs carry. */
function neuronSlope(spec: BuiltIn<NeuronSpec>, x: readonly Dual[], initial: Dual, parameter: Dual): number {
  const r = { IF: dual(0), LIF: dual(1 / spec.tau), PLIF: logistic(parameter), KLIF: dual(1 / spec.tau) };
  const klif = spec.neuron === "KLIF";
  const threshold = dual(spec.vThreshold);
  let v = initial;
  let slope = 0;
  x.forEach((current, t) => {
    const h = charge(spec, r[spec.neuron], v, current);
    const f = klif ? relu(multiply(parameter, h)) : h;
    const s = fire(subtract(f, threshold), (z) => surrogates[spec.surrogate].derivative(z, spec.alpha));
    if (!spec.scaleReset) v = reset(spec, f, threshold, s);
    else if (spec.vReset === null) v = divide(reset(spec, f, threshold, s), parameter);
    else v = reset(spec, divide(f, parameter), threshold, s);
    slope += INCOMING.s[t]! * s.slope + INCOMING.v[t]! * v.slope;
  });
  return slope + INCOMING.vLast[0]! * v.slope;
}

function alifSlope(spec: BuiltIn<AlifSpec>, x: readonly Dual[], initial: { v: Dual; a: Dual }): number {
  const rho = Math.exp(-1 / spec.tauAdaptation);
  let { v, a } = initial;
  let slope = 0;
  x.forEach((current, t) => {
    const h = charge(spec, dual(1 / spec.tau), v, current);
    const threshold = add(dual(spec.vThreshold), multiply(dual(spec.beta), a));
    const s = fire(subtract(h, threshold), (z) => surrogates[spec.surrogate].derivative(z, spec.alpha));
    v = reset(spec, h, threshold, s);
    a = add(multiply(dual(rho), a), multiply(dual(1 - rho), s));
    slope += INCOMING.s[t]! * s.slope + INCOMING.v[t]! * v.slope;
  });
  return slope + INCOMING.vLast[0]! * v.slope + INCOMING.aLast[0]! * a.slope;
}

/** Currents that fire now and then. */
const X = normal(STEPS, 1).map((x) => x + 0.7);
const DIRECTION: Arrays = { x: normal(STEPS, 2), v: normal(1, 3), a: normal(1, 4), parameter: normal(1, 5) };

function checkNeuron(spec: BuiltIn<NeuronSpec>): void {
  const size = { steps: STEPS, size: 1 };
  const inputs = { x: X, initial: Float64Array.of(0.2), parameter: Float64Array.of(1.3) };
  const spikes = zeros(STEPS);
  neuronForward(size, { ...inputs, spikes }, spec);
  const outgoing = { gx: zeros(STEPS), gInitial: zeros(1), gParameter: zeros(1) };
  const incoming = { gSpikes: INCOMING.s, gPotential: INCOMING.v, gFinal: INCOMING.vLast };
  neuronBackward(size, { ...inputs, ...incoming, ...outgoing, spikes }, spec);
  const { x, v, parameter } = DIRECTION as Record<string, Float64Array>;
  const slopeAlong = (dx: Float64Array, dv: number, dParameter: number) =>
    neuronSlope(spec, duals(X, dx), dual(0.2, dv), dual(1.3, dParameter));
  const still = zeros(STEPS);
  expectClose("x", dot(outgoing.gx, x!), slopeAlong(x!, 0, 0));
  expectClose("initial", dot(outgoing.gInitial, v!), slopeAlong(still, v![0]!, 0));
  expectClose("parameter", dot(outgoing.gParameter, parameter!), slopeAlong(still, 0, parameter![0]!));
}

function checkAlif(spec: BuiltIn<AlifSpec>): void {
  const initial = { initialPotential: Float64Array.of(0.2), initialAdaptation: Float64Array.of(0.1) };
  const gInitial = { gInitialPotential: zeros(1), gInitialAdaptation: zeros(1) };
  const gFinal = { gFinalPotential: INCOMING.vLast, gFinalAdaptation: INCOMING.aLast };
  const incoming = { gSpikes: INCOMING.s, gPotential: INCOMING.v, ...gFinal };
  const gx = zeros(STEPS);
  alifBackward({ steps: STEPS, size: 1 }, { x: X, ...initial, ...incoming, gx, ...gInitial }, spec);
  const { x, v, a } = DIRECTION as Record<string, Float64Array>;
  const slopeAlong = (dx: Float64Array, dv: number, da: number) =>
    alifSlope(spec, duals(X, dx), { v: dual(0.2, dv), a: dual(0.1, da) });
  const still = zeros(STEPS);
  expectClose("x", dot(gx, x!), slopeAlong(x!, 0, 0));
  expectClose("potential", dot(gInitial.gInitialPotential, v!), slopeAlong(still, v![0]!, 0));
  expectClose("adaptation", dot(gInitial.gInitialAdaptation, a!), slopeAlong(still, 0, a![0]!));
}

describe.each([true, false])("unrolled, detachReset %s:", (detachReset) => {
  test.each(neuronSpecs(detachReset))("%s", (_, spec) => checkNeuron(spec));
  test.each(alifSpecs(detachReset))("%s", (_, spec) => checkAlif(spec));
});
