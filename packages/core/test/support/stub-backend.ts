/** A backend of the required groups alone: arrays in plain loops, as short as it can be. */
import type * as B from "../../src/engine/backend/index.ts";
import { onStorage, type OnArrays } from "../../src/engine/backends/reference/arrays.ts";
import { equation } from "../../src/engine/backends/reference/equation.ts";

type StubStorage = B.Storage & { readonly values: Float64Array };
const valuesOf = (storage: B.Storage): Float64Array => (storage as StubStorage).values;
const each = (out: Float64Array, value: (i: number) => number): void =>
  out.forEach((_, i) => (out[i] = value(i)));
/** Which row of `width` values a value stands in. */
const row = (i: number, width: number): number => Math.floor(i / width);
const total = (length: number, value: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += value(i);
  return sum;
};

const memory: B.MemoryBackend = {
  allocate: (length): StubStorage => ({ length, values: new Float64Array(length) }),
  release: () => undefined,
  view: (storage): StubStorage => ({
    length: storage.length,
    base: storage.base ?? storage,
    values: valuesOf(storage),
  }),
  endStep: () => undefined,
  write: (storage, data) => valuesOf(storage).set(data),
  read: (storage) => Promise.resolve(Float32Array.from(valuesOf(storage))),
  usage: () => ({ bytes: 0, stepPeak: 0 }),
  reclaim: () => undefined,
};

const relations = (a: number, b: number) => ({
  ...{ less: a < b, lessOrEqual: a <= b, equal: a === b },
  ...{ notEqual: a !== b, greaterOrEqual: a >= b, greater: a > b },
});
const elementwise: OnArrays<B.ElementwiseBackend> = {
  fill: (_, { out }, value) => void out.fill(value),
  copy: (_, { x, out }) => out.set(x),
  fillRange: ({ length, to }, { out }, value) => void out.fill(value, to, to + length),
  copyRange: ({ length, from, to }, { x, out }) => out.set(x.subarray(from, from + length), to),
  addRange: ({ length, from, to }, { x, out }) =>
    each(out.subarray(to, to + length), (i) => out[to + i]! + x[from + i]!),
  add: (_, { a, b, out }) => each(out, (i) => a[i]! + b[i]!),
  subtract: (_, { a, b, out }) => each(out, (i) => a[i]! - b[i]!),
  multiply: (_, { a, b, out }) => each(out, (i) => a[i]! * b[i]!),
  divide: (_, { a, b, out }) => each(out, (i) => a[i]! / b[i]!),
  compare: (_, { a, b, out }, relation) => each(out, (i) => +relations(a[i]!, b[i]!)[relation]),
  scale: (_, { x, out }, factor) => each(out, (i) => x[i]! * factor),
  scaleBy: (_, { x, factor, out }) => each(out, (i) => x[i]! * factor[0]!),
  shift: (_, { x, out }, offset) => each(out, (i) => x[i]! + offset),
  exp: (_, { x, out }) => each(out, (i) => Math.exp(x[i]!)),
  tanh: (_, { x, out }) => each(out, (i) => Math.tanh(x[i]!)),
  sqrt: (_, { x, out }) => each(out, (i) => Math.sqrt(x[i]!)),
  clamp: (_, { x, out }, { least, most }) => each(out, (i) => Math.min(Math.max(x[i]!, least), most)),
  relu: (_, { x, out }) => each(out, (i) => Math.max(x[i]!, 0)),
  reluBackward: (_, { y, gy, gx }) => each(gx, (i) => gy[i]! * +(y[i]! > 0)),
  isNonZero: (_, { x, out }) => each(out, (i) => +(x[i] !== 0)),
};

const reduce: OnArrays<B.ReduceBackend> = {
  sum: (n, { x, out }) => void (out[0] = total(n, (i) => x[i]!)),
  sumOfSquares: (n, { x, out }) => out.set([total(n, (i) => x[i]! ** 2), 0]),
  countNonZero: (n, { x, out }) => out.set([total(n, (i) => +(x[i] !== 0)), 0]),
  sumPerChannel({ planes, channels: C, positions: P }, { x, out }) {
    each(out, (c) => total(planes * P, (i) => x[(row(i, P) * C + c) * P + (i % P)]!));
  },
  findOutside(_, { x }, { min, max, whole }) {
    const index = x.findIndex(
      (value) => !(value >= min && value <= max) || (whole === true && !Number.isInteger(value)),
    );
    return index < 0 ? undefined : { index, value: x[index]! };
  },
};

const layout: OnArrays<B.LayoutBackend> = {
  imageToPlain: (_, { image, plain }) => plain.set(image),
  plainToImage: (_, { image, plain }) => image.set(plain),
  imageToRows: ({ channels: C, positions: P }, { image, rows }) =>
    each(rows, (i) => image[(row(i, C * P) * C + (i % C)) * P + (row(i, C) % P)]!),
  rowsToImage: ({ channels: C, positions: P }, { image, rows }) =>
    each(image, (i) => rows[(row(i, C * P) * P + (i % P)) * C + (row(i, P) % C)]!),
};

const linear: OnArrays<B.LinearBackend> = {
  forward: ({ inputs: I, outputs: O }, { x, weight: w, bias, y }) =>
    each(y, (i) => (bias?.[i % O] ?? 0) + total(I, (k) => x[row(i, O) * I + k]! * w[(i % O) * I + k]!)),
  usefulInputGradient: ({ inputs: I, outputs: O }, { gy, weight, gx }) =>
    each(gx, (at) => total(O, (o) => gy[row(at, I) * O + o]! * weight[o * I + (at % I)]!)),
  weightGradient: ({ rows, inputs: I, outputs: O }, { gy, x, gWeight }) =>
    each(gWeight, (at) => total(rows, (r) => gy[r * O + row(at, I)]! * x[r * I + (at % I)]!)),
};

const time: OnArrays<B.TimeBackend> = {
  repeat: ({ size }, { x, y }) => each(y, (i) => x[i % size]!),
  sum: ({ steps, size }, { x, y }, factor) => each(y, (e) => factor * total(steps, (t) => x[t * size + e]!)),
  max: ({ steps, size }, { x, y, winner }) =>
    each(y, (e) => {
      winner[e] = 0;
      for (let t = 1; t < steps; t++) if (x[t * size + e]! > x[winner[e] * size + e]!) winner[e] = t;
      return x[winner[e] * size + e]!;
    }),
  maxBackward: ({ size }, { gy, winner, gx }) =>
    each(gx, (i) => (winner[i % size] === row(i, size) ? gy[i % size]! : 0)),
};

const rows: OnArrays<B.RowBackend> = {
  gather: (width, { x, index, out }) => each(out, (i) => x[index[row(i, width)]! * width + (i % width)]!),
  scatter(width, { x, index, out }) {
    out.fill(0);
    index.forEach((row, i) => out.set(x.subarray(i * width, (i + 1) * width), row * width));
  },
  scale: (width, { x, weights, out }, other) =>
    each(out, (i) => (weights[row(i, width)] === 0 ? other : weights[row(i, width)]! * x[i]!)),
};

const loss: OnArrays<B.MinimalBackend["loss"]> = {
  softmax: ({ classes: C }, { x, y }) =>
    each(y, (i) => Math.exp(x[i]!) / total(C, (c) => Math.exp(x[i - (i % C) + c]!))),
  crossEntropy({ rows, classes: C }, { logits, targets, rowWeights, loss, gradient }, smoothing) {
    const q = (i: number): number => (1 - smoothing) * targets[i % targets.length]! + smoothing / C;
    const w = (i: number): number => (rowWeights?.[row(i, C)] ?? 1) / rows;
    const p = (i: number): number =>
      Math.exp(logits[i]!) / total(C, (c) => Math.exp(logits[i - (i % C) + c]!));
    loss[0] = total(rows * C, (i) => -w(i) * q(i) * Math.log(p(i)));
    each(gradient, (i) => w(i) * (total(C, (c) => q(i - (i % C) + c)) * p(i) - q(i)));
  },
};

const group = <Group>(operations: OnArrays<Group>): Group => onStorage<Group>(operations, valuesOf);

/** The stub. */
export const stubBackend = {
  name: "stub",
  description: "arrays in plain loops",
  threads: 1,
  memory,
  elementwise: group(elementwise),
  reduce: group(reduce),
  layout: group(layout),
  linear: group(linear),
  time: group(time),
  rows: group(rows),
  loss: group(loss),
  equation: group(equation),
  dispose: () => Promise.resolve(),
} satisfies B.MinimalBackend;
