/**
 * Inputs that keep neurons away from every place where a rounding error could change a result by more than rounding:
 * the threshold, the edges of a rectangular surrogate, and the kink of KLIF's relu.
 */
import type { SequenceSize } from "../../src/engine/backend/index.ts";
import { interpretForward } from "../../src/equations/index.ts";
import { Random } from "../../src/engine/random.ts";
import { modelOf, type NeuronSpec, placedOf } from "../support/built-in.ts";

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
  learned: number,
  seed: number,
  start?: number,
): NeuronInput {
  const model = modelOf(spec, ["h"]);
  const parameters = placedOf(spec, Float64Array.of(learned));
  const isSafeElement = (x: Float64Array, v: number) => {
    const outputs = model.outputs.map(() => new Float64Array(x.length));
    const given = { inputs: [x], parameters, initial: [Float64Array.of(v), Float64Array.of(0)] };
    interpretForward(model, { steps: x.length, size: 1 }, given, { outputs, final: [] });
    const [, , charged, h] = outputs;
    const isSafePotential = charged!.every((f) => isSafe(spec, f - spec.vThreshold));
    return isSafePotential && (spec.neuron !== "KLIF" || avoidsKink(h!));
  };
  return drawElements(size, seed, isSafeElement, start);
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

function isSafe({ surrogate, alpha }: NeuronSpec, z: number): boolean {
  const fromEdge = surrogate === "rectangle" ? Math.abs(Math.abs(z) - 0.5 / alpha) : Infinity;
  return Math.abs(z) > MARGIN && fromEdge > MARGIN;
}

/** Whether h keeps its distance from zero, or is exactly zero. */
function avoidsKink(charged: Float64Array): boolean {
  return charged.every((h) => h === 0 || Math.abs(h) > MARGIN);
}
