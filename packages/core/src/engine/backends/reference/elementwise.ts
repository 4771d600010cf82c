/**
 * Elementwise arithmetic, in place too.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { ElementwiseBackend, HostBackend, Range, Relation } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `ElementwiseBackend`. */
export const elementwise: OnArrays<ElementwiseBackend> = {
  fill: (_length, { out }, value) => void out.fill(value),
  copy: (_length, { x, out }) => out.set(x),
  fillRange: ({ length, to }, { out }, value) => void out.fill(value, to, to + length),
  copyRange: (range, { x, out }) => forEachPair(range, (from, to) => (out[to] = x[from]!)),
  addRange: (range, { x, out }) => forEachPair(range, (from, to) => (out[to]! += x[from]!)),
  add: (_length, { a, b, out }) => forEachValue(out, (i) => a[i]! + b[i]!),
  subtract: (_length, { a, b, out }) => forEachValue(out, (i) => a[i]! - b[i]!),
  multiply: (_length, { a, b, out }) => forEachValue(out, (i) => a[i]! * b[i]!),
  divide: (_length, { a, b, out }) => forEachValue(out, (i) => a[i]! / b[i]!),
  compare: (_length, { a, b, out }, relation) => forEachValue(out, (i) => +HOLDS[relation](a[i]!, b[i]!)),
  scale: (_length, { x, out }, factor) => forEachValue(out, (i) => x[i]! * factor),
  shift: (_length, { x, out }, offset) => forEachValue(out, (i) => x[i]! + offset),
  exp: (_length, { x, out }) => forEachValue(out, (i) => Math.exp(x[i]!)),
  tanh: (_length, { x, out }) => forEachValue(out, (i) => Math.tanh(x[i]!)),
  sqrt: (_length, { x, out }) => forEachValue(out, (i) => Math.sqrt(x[i]!)),
  clamp: (_length, { x, out }, { least, most }) =>
    forEachValue(out, (i) => Math.min(Math.max(x[i]!, least), most)),
  scaleBy: (_length, { x, factor, out }) => forEachValue(out, (i) => x[i]! * factor[0]!),
  relu: (_length, { x, out }) => forEachValue(out, (i) => Math.max(x[i]!, 0)),
  reluBackward: (_length, { y, gy, gx }) => forEachValue(gx, (i) => gy[i]! * Number(y[i]! > 0)),
  isNonZero: (_length, { x, out }) => forEachValue(out, (i) => Number(x[i] !== 0)),
};

const HOLDS: Readonly<Record<Relation, (a: number, b: number) => boolean>> = {
  less: (a, b) => a < b,
  lessOrEqual: (a, b) => a <= b,
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  greaterOrEqual: (a, b) => a >= b,
  greater: (a, b) => a > b,
};

/** The operations of `HostBackend`. */
export const host: OnArrays<HostBackend> = {
  map: (_length, { x, out }, f) => forEachValue(out, (i) => f(x[i]!)),
  copyOut: (_length, { x }, target) => target.set(x),
};

function forEachValue(out: Float64Array, value: (i: number) => number): void {
  for (let i = 0; i < out.length; i++) out[i] = value(i);
}

function forEachPair({ length, from, to }: Range, visit: (from: number, to: number) => void): void {
  for (let i = 0; i < length; i++) visit(from + i, to + i);
}

/** Whether `candidate` takes the place of `best` in a search for the first maximum; the first NaN wins over all. */
export function exceeds(candidate: number, best: number): boolean {
  return candidate > best || (Number.isNaN(candidate) && !Number.isNaN(best));
}
