/**
 * A compiled kernel with what one layer knows of it before a call: where its arguments are found.
 * Numbers of parameters that are no tensors are worked out once; the others at every call.
 * Measured with `equation.ts`.
 */
import {
  type HoistedValue,
  type Kernel,
  type Program,
  type Slot,
  surrogateParameter,
  TABLE,
} from "../../../../equations/index.ts";
import type { EquationSpec } from "../../../backend/index.ts";

/** Where the host finds the address of a slot. */
export interface SlotPlace {
  readonly kind: Slot["kind"];
  /** Place among the storages of its kind. */
  readonly place: number;
}

/** A number of the layer that changes with what is learned. */
export interface VaryingNumber {
  readonly place: number;
  readonly value: HoistedValue;
}

/** A loaded kernel with what one layer knows of it before a call. */
export interface BoundKernel {
  readonly kernel: Kernel;
  /** Its number in the thread pool. */
  readonly number: number;
  readonly slots: readonly SlotPlace[];
  /** The uniforms in order; those that vary are written at every call. */
  readonly numbers: readonly number[];
  readonly varying: readonly VaryingNumber[];
  readonly rows: readonly HoistedValue[];
  /** Whether values of parameters are looked at during a call. */
  readonly needsValues: boolean;
}

/** @param number of the kernel in the thread pool */
export function bind(kernel: Kernel, number: number, spec: EquationSpec): BoundKernel {
  const { program } = spec;
  const uniforms = kernel.uniforms.map((name) => program.hoisted.get(name)!);
  const varying = uniforms.flatMap((value, place) => (varies(value, spec) ? [{ place, value }] : []));
  const rows = kernel.slots.flatMap(({ kind, name }) => (kind === "row" ? [program.hoisted.get(name)!] : []));
  const needsValues = [varying, rows, kernel.sums, kernel.rowSums].some(({ length }) => length > 0);
  return {
    ...{ kernel, number, varying, rows, needsValues },
    slots: kernel.slots.map((slot) => ({ kind: slot.kind, place: placeOf(slot, program) })),
    numbers: uniforms.map((value) => value.of((name) => numberOf(name, spec))),
  };
}

/** Whether a value depends on a parameter that is a tensor. */
function varies(value: HoistedValue, spec: EquationSpec): boolean {
  return value.parameters.some((name) => Number.isNaN(numberOf(name, spec)));
}

/** The number that a parameter of the neuron or its surrogate has at every call; NaN for others. */
export function numberOf(name: string, spec: EquationSpec): number {
  const { model, parameters, surrogate, surrogateValues } = spec;
  const place = model.parameters.indexOf(name);
  if (place !== -1) {
    const { values } = parameters[place]!;
    return typeof values === "number" ? values : NaN;
  }
  if (surrogate === undefined || surrogate === TABLE) return NaN;
  return surrogateValues[surrogate.parameters.findIndex((own) => surrogateParameter(own) === name)]!;
}

function placeOf({ kind, name }: Slot, { step }: Program): number {
  const named = (all: readonly { readonly name: string }[]): number =>
    all.findIndex((one) => one.name === name);
  if (kind === "input" || kind === "inputGradient") return step.inputs.indexOf(name);
  if (kind === "output" || kind === "outputGradient") return named(step.outputs);
  if (kind === "begin" || kind === "carried") return named(step.states);
  return kind === "kept" || kind === "argument" || kind === "slope" ? Number(name) : 0;
}
