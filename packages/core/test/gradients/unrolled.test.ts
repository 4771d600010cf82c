/**
 * Backpropagation through time against forward-mode differentiation of the equations as they are documented, with true
 * spikes; here a detached reset can be checked too.
 */
import { describe, test } from "vitest";
import { interpretBackward } from "../../src/equations/index.ts";
import { learnedOf, modelOf, placedOf, slopeOf } from "../support/built-in.ts";
import { add, detach, divide, type Dual, dual, fire, logistic, multiply, relu, subtract } from "./dual.ts";
import { type Arrays, dot, expectClose, normal, zeros } from "./finite-differences.ts";
import { type BuiltIn, neuronSpecs } from "./neuron-specs.ts";

const STEPS = 12;
const ONE = dual(1);

/** Gradients that come in from the spikes, the potentials and the last state. */
const INCOMING = { s: normal(STEPS, 21), v: normal(STEPS, 22), vLast: normal(1, 23), aLast: normal(1, 24) };

/** A value and a direction for each place. */
function duals(values: Float64Array, directions: Float64Array): Dual[] {
  return Array.from(values, (value, i) => dual(value, directions[i]));
}

function charge(spec: BuiltIn, r: Dual, v: Dual, x: Dual): Dual {
  const rest = dual(spec.vReset ?? 0);
  if (spec.decayInput) return add(v, multiply(subtract(x, subtract(v, rest)), r));
  return add(subtract(v, multiply(subtract(v, rest), r)), x);
}

/** `v - threshold s`, or `v (1 - s) + vReset s`, with s a constant where the reset is detached. */
function reset(spec: BuiltIn, v: Dual, threshold: Dual, spike: Dual): Dual {
  const s = spec.detachReset ? detach(spike) : spike;
  if (spec.vReset === null) return subtract(v, multiply(threshold, s));
  return add(multiply(v, subtract(ONE, s)), multiply(dual(spec.vReset), s));
}

/** The slope of the loss along the direction that the inputs carry. */
function neuronSlope(spec: BuiltIn, x: readonly Dual[], initial: Dual, parameter: Dual): number {
  const leak = dual(1 / spec.tau);
  const r = { IF: dual(0), LIF: leak, PLIF: logistic(parameter), KLIF: leak, ALIF: leak };
  const klif = spec.neuron === "KLIF";
  const threshold = dual(spec.vThreshold);
  let v = initial;
  let slope = 0;
  x.forEach((current, t) => {
    const h = charge(spec, r[spec.neuron], v, current);
    const f = klif ? relu(multiply(parameter, h)) : h;
    const s = fire(subtract(f, threshold), slopeOf(spec));
    if (!spec.scaleReset) v = reset(spec, f, threshold, s);
    else if (spec.vReset === null) v = divide(reset(spec, f, threshold, s), parameter);
    else v = reset(spec, divide(f, parameter), threshold, s);
    slope += INCOMING.s[t]! * s.slope + INCOMING.v[t]! * v.slope;
  });
  return slope + INCOMING.vLast[0]! * v.slope;
}

function alifSlope(spec: BuiltIn, x: readonly Dual[], initial: { v: Dual; a: Dual }): number {
  const rho = Math.exp(-1 / spec.tauAdaptation);
  let { v, a } = initial;
  let slope = 0;
  x.forEach((current, t) => {
    const h = charge(spec, dual(1 / spec.tau), v, current);
    const threshold = add(dual(spec.vThreshold), multiply(dual(spec.beta), a));
    const s = fire(subtract(h, threshold), slopeOf(spec));
    v = reset(spec, h, threshold, s);
    a = add(multiply(dual(rho), a), multiply(dual(1 - rho), s));
    slope += INCOMING.s[t]! * s.slope + INCOMING.v[t]! * v.slope;
  });
  return slope + INCOMING.vLast[0]! * v.slope + INCOMING.aLast[0]! * a.slope;
}

/** Currents that fire now and then. */
const X = normal(STEPS, 1).map((x) => x + 0.7);
const DIRECTION: Arrays = { x: normal(STEPS, 2), v: normal(1, 3), a: normal(1, 4), parameter: normal(1, 5) };

/** Both kinds of neurons: those with a potential alone, and the adaptive one. */
function check(spec: BuiltIn): void {
  const model = modelOf(spec);
  const isAdaptive = spec.neuron === "ALIF";
  const outgoing = {
    inputs: [zeros(STEPS)],
    initial: model.states.map(() => zeros(1)),
    parameters: model.parameters.map(() => zeros(1)),
  };
  const [v0, a0, learned] = [0.2, 0.1, 1.3];
  const given = {
    inputs: [X],
    parameters: placedOf(spec, Float64Array.of(learned)),
    initial: [Float64Array.of(v0), Float64Array.of(a0)].slice(0, model.states.length),
  };
  const incoming = { outputs: [INCOMING.s, INCOMING.v], final: [INCOMING.vLast, INCOMING.aLast] };
  interpretBackward(model, slopeOf(spec), { steps: STEPS, size: 1 }, given, incoming, outgoing);
  const slopeAlong = (dx: Float64Array, dv: number, last: number): number =>
    isAdaptive
      ? alifSlope(spec, duals(X, dx), { v: dual(v0, dv), a: dual(a0, last) })
      : neuronSlope(spec, duals(X, dx), dual(v0, dv), dual(learned, last));
  const still = zeros(STEPS);
  const { x, v, a, parameter } = DIRECTION as Record<string, Float64Array>;
  expectClose("x", dot(outgoing.inputs[0]!, x!), slopeAlong(x!, 0, 0));
  expectClose("potential", dot(outgoing.initial[0]!, v!), slopeAlong(still, v![0]!, 0));
  if (isAdaptive) expectClose("adaptation", dot(outgoing.initial[1]!, a!), slopeAlong(still, 0, a![0]!));
  const name = learnedOf(spec);
  if (name === undefined) return;
  const gradient = outgoing.parameters[model.parameters.indexOf(name)]!;
  expectClose(name, dot(gradient, parameter!), slopeAlong(still, 0, parameter![0]!));
}

describe.each([true, false])("unrolled, detachReset %s:", (detachReset) => {
  test.each(neuronSpecs(detachReset))("%s", (_, spec) => check(spec));
});
