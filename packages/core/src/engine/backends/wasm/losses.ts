import type { Storage } from "../../backend.ts";
import type { ClassWeighting, OutsideValue, ValueRange } from "../../backend-losses.ts";
import { ELEMENT_GRAIN, type Machine } from "./machine.ts";
import { addressOf } from "./storage.ts";

/** Outputs, targets, weights of the rows, loss and gradient. */
export type LossBuffers = [
  x: Storage,
  target: Storage,
  rowWeights: Storage | null,
  loss: Storage,
  gradient: Storage,
];

export function softmax(machine: Machine, rows: number, classes: number, x: Storage, y: Storage): void {
  machine.run("softmax", rows, 256, [classes, addressOf(x), addressOf(y)]);
}

export function softmaxBackward(
  machine: Machine,
  rows: number,
  classes: number,
  y: Storage,
  gy: Storage,
  gx: Storage,
): void {
  machine.run("softmaxBackward", rows, 256, [classes, addressOf(y), addressOf(gy), addressOf(gx)]);
}

export function crossEntropy(
  machine: Machine,
  rows: number,
  classes: number,
  smoothing: number,
  [logits, targets, rowWeights, loss, gradient]: LossBuffers,
): void {
  const inputs = [addressOf(logits), addressOf(targets), targets.length / classes, addressOf(rowWeights)];
  const args = (partials: number): number[] => [
    ...[rows, classes, smoothing],
    ...inputs,
    ...[addressOf(gradient), partials],
  ];
  machine.setScalar(loss, machine.sum("crossEntropy", rows, 256, args, rows) / rows);
}

export function meanSquaredError(machine: Machine, buffers: LossBuffers): void {
  const [x, target, rowWeights, loss, gradient] = buffers;
  const sum = rowWeights
    ? weightedSquares(machine, rowWeights, buffers)
    : machine.sum("meanSquaredError", x.length, ELEMENT_GRAIN, (partials) => [
        ...[x.length, addressOf(x), addressOf(target), addressOf(gradient)],
        ...[partials, ELEMENT_GRAIN],
      ]);
  machine.setScalar(loss, sum / x.length);
}

function weightedSquares(
  machine: Machine,
  rowWeights: Storage,
  [x, target, , , gradient]: LossBuffers,
): number {
  const rows = rowWeights.length;
  const width = x.length / rows;
  const grain = Math.max(1, Math.floor(ELEMENT_GRAIN / width));
  return machine.sum("weightedSquaredError", rows, grain, (partials) => [
    ...[x.length, width, addressOf(x), addressOf(target), addressOf(rowWeights)],
    ...[addressOf(gradient), partials, grain],
  ]);
}

/** A batch's targets are few: a plain loop, added up in float64. */
export function weighClasses(
  machine: Machine,
  { batch, classes, smoothing, byWeight }: ClassWeighting,
  targets: Storage,
  weights: Storage,
  weighted: Storage,
  samples: Storage,
): void {
  const [t, w, q, v] = [targets, weights, weighted, samples].map((part) => machine.numbers(part)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const sums = Float64Array.from({ length: batch }, (_, b) =>
    w.reduce((sum, weight, c) => sum + weight * (t[b * classes + c] as number), 0),
  );
  const norm = byWeight ? sums.reduce((sum, value) => sum + value, 0) / batch : 1;
  v.set(sums.map((value) => value / norm));
  for (let i = 0; i < q.length; i++) {
    const target = (1 - smoothing) * (t[i] as number) + smoothing / classes;
    q[i] = ((w[i % classes] as number) * target) / norm;
  }
}

export function findOutside(machine: Machine, x: Storage, range: ValueRange): OutsideValue | undefined {
  const { whole = false } = range;
  const [min, max] = [Math.fround(range.min), Math.fround(range.max)];
  const args = (partials: number): number[] => [
    addressOf(x),
    min,
    max,
    Number(whole),
    partials,
    ELEMENT_GRAIN,
  ];
  if (machine.sum("countOutside", x.length, ELEMENT_GRAIN, args) === 0) return undefined;
  const values = machine.numbers(x);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) return { index, value };
  }
  return undefined;
}

export function groupMean(
  machine: Machine,
  rows: number,
  groups: number,
  size: number,
  x: Storage,
  y: Storage,
): void {
  machine.run("groupMean", rows * groups, 4096, [size, addressOf(x), addressOf(y)]);
}

export function groupMeanBackward(
  machine: Machine,
  rows: number,
  groups: number,
  size: number,
  gy: Storage,
  gx: Storage,
): void {
  machine.run("groupMeanBackward", rows * groups, 4096, [size, addressOf(gy), addressOf(gx)]);
}
