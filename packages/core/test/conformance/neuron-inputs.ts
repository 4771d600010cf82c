/**
 * Inputs that keep neurons away from every place where a rounding error could change a result by more than rounding:
 * the threshold, the edges of a rectangular surrogate, and the kink of KLIF's relu.
 */
import type { AlifSpec, NeuronSpec, SequenceSize } from "../../src/engine/backend/index.ts";
import { alifForward } from "../../src/engine/backends/reference/alif.ts";
import { charge } from "../../src/engine/backends/reference/charge.ts";
import { neuronForward } from "../../src/engine/backends/reference/neuron.ts";
import { Random } from "../../src/engine/random.ts";

const MARGIN = 1e-3;

/** Input currents `[steps, size]` and initial potentials `[size]`. */
export interface NeuronInput {
  readonly x: Float32Array;
  readonly initial: Float32Array;
}

/** Normal currents for which the neuron keeps its margins, from `start` or from a potential of its own an element. */
export function neuronInput(
  size: SequenceSize,
  spec: NeuronSpec,
  parameter: number,
  seed: number,
  start?: number,
): NeuronInput {
  const isSafeElement = (x: Float64Array, v: number) => {
    const [initial, charged, potential] = [
      Float64Array.of(v),
      new Float64Array(x.length),
      new Float64Array(x.length),
    ];
    const buffers = { x, initial, parameter: Float64Array.of(parameter), spikes: new Float64Array(x.length) };
    neuronForward({ steps: x.length, size: 1 }, { ...buffers, charged, potential }, spec);
    const safe = charged.every((f) => isSafe(spec, f - spec.vThreshold));
    return safe && (spec.neuron !== "KLIF" || avoidsKink(spec, x, v, potential));
  };
  return drawElements(size, seed, isSafeElement, start);
}

/** Normal currents for which the adaptive neuron keeps its margins, starting without adaptation. */
export function alifInput(size: SequenceSize, spec: AlifSpec, seed: number): NeuronInput {
  return drawElements(size, seed, (x, v) => {
    const initial = { initialPotential: Float64Array.of(v), initialAdaptation: Float64Array.of(0) };
    const [spikes, charged] = [new Float64Array(x.length), new Float64Array(x.length)];
    alifForward({ steps: x.length, size: 1 }, { x, ...initial, spikes, charged }, spec);
    return charged.every((potential) => isSafe(spec, potential - spec.vThreshold));
  });
}

/** Draws each element's currents anew until they are safe. */
function drawElements(
  { steps, size }: SequenceSize,
  seed: number,
  isSafeElement: (x: Float64Array, initial: number) => boolean,
  start?: number,
): NeuronInput {
  const random = new Random(seed);
  const input = { x: new Float32Array(steps * size), initial: new Float32Array(size) };
  for (let e = 0; e < size; e++) {
    let x: Float64Array;
    let initial: number;
    do {
      x = Float64Array.from({ length: steps }, () => Math.fround(0.4 + random.normal()));
      initial = start ?? Math.fround(0.5 * random.uniform());
    } while (!isSafeElement(x, initial));
    x.forEach((value, t) => (input.x[t * size + e] = value));
    input.initial[e] = initial;
  }
  return input;
}

function isSafe({ surrogate, alpha }: Pick<NeuronSpec, "surrogate" | "alpha">, z: number): boolean {
  const fromEdge = surrogate === "rectangle" ? Math.abs(Math.abs(z) - 0.5 / alpha) : Infinity;
  return Math.abs(z) > MARGIN && fromEdge > MARGIN;
}

/** Whether h keeps its distance from zero, or is exactly zero. */
function avoidsKink(spec: NeuronSpec, x: Float64Array, initial: number, potential: Float64Array): boolean {
  const leak = { r: 1 / spec.tau, rest: spec.vReset ?? 0, decayInput: spec.decayInput };
  return x.every((current, t) => {
    const h = charge(leak, t === 0 ? initial : potential[t - 1]!, current);
    return h === 0 || Math.abs(h) > MARGIN;
  });
}
