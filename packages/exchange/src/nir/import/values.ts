import { sizeOf } from "@myelin/core/ops";
import { fileError, quote, type Fault } from "../../problem.ts";
import { arrayOf } from "../check.ts";
import type { NirNode, NirValue } from "../types.ts";

/** A node on its way into a network, with what a message about it needs. */
export interface PlacedNode {
  readonly reader: string;
  readonly file: string;
  /** Names of the graphs around it and its own, joined by "/". */
  readonly name: string;
  readonly node: NirNode;
}

/** Throws the one error about a node. */
export function refuseNode(
  { reader, file, name, node }: PlacedNode,
  expected: string,
  got: string,
  hint = "Look at the program that wrote the graph.",
  kind: Fault = "damaged",
): never {
  throw fileError({ reader, file, at: `${name} (${node.type})`, expected, got, hint, kind });
}

/** "[2, 34, 34]". */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Finite numbers of a parameter. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The numbers of a parameter; those of a parameter that is not there are `fallback`. */
export function numbers(placed: PlacedNode, field: string, fallback?: number): Numbers {
  const value = placed.node.values.get(field);
  if (value === undefined && fallback !== undefined) return { shape: [], data: Float64Array.of(fallback) };
  if (typeof value === "string") return refuseNode(placed, `numbers in ${field}`, quote(value));
  const { shape, data } = arrayOf(value);
  const copy = Float64Array.from(data as ArrayLike<number | bigint>, Number);
  const bad = copy.findIndex((number) => !Number.isFinite(number));
  if (bad !== -1) refuseNode(placed, `finite numbers in ${field}`, `${copy[bad]} at ${bad}`);
  return { shape, data: copy };
}

/** Those numbers as they stand in a tensor. */
export function floats(placed: PlacedNode, field: string): Float32Array {
  const single = Float32Array.from(numbers(placed, field).data);
  const bad = single.findIndex((number) => !Number.isFinite(number));
  if (bad !== -1) refuseNode(placed, `numbers in ${field} that float32 holds`, `a larger one at ${bad}`);
  return single;
}

/** Whole numbers, one per axis; a single one counts for all axes. */
export function counts(placed: PlacedNode, field: string, axes: number, least: number): number[] {
  const { data } = numbers(placed, field);
  if (data.length !== 1 && data.length !== axes) {
    refuseNode(placed, `one or ${axes} whole numbers in ${field}`, `${data.length}`);
  }
  const all = Array.from({ length: axes }, (_, axis) => data[data.length === 1 ? 0 : axis]!);
  const bad = all.find((count) => !Number.isSafeInteger(count) || count < least);
  if (bad !== undefined) refuseNode(placed, `whole numbers of at least ${least} in ${field}`, String(bad));
  return all;
}

/** One whole number. */
export function count(placed: PlacedNode, field: string, least: number, fallback?: number): number {
  if (!placed.node.values.has(field) && fallback !== undefined) return fallback;
  return counts(placed, field, 1, least)[0]!;
}

/** The numbers of a parameter for every neuron of `shape`, as NumPy broadcasts them. */
export function spread(
  placed: PlacedNode,
  field: string,
  shape: readonly number[],
  fallback?: number,
): Float64Array {
  const given = numbers(placed, field, fallback);
  const size = sizeOf(shape);
  if (given.data.length === 1) return new Float64Array(size).fill(given.data[0]!);
  if (given.data.length === size) return given.data;
  const axes = [...shape.slice(given.shape.length).map(() => 1), ...given.shape];
  const fits = axes.length === shape.length && axes.every((axis, i) => axis === 1 || axis === shape[i]);
  if (!fits) refuseNode(placed, `${field} for neurons ${shapeText(shape)}`, shapeText(given.shape));
  return broadcast(given.data, axes, shape);
}

function broadcast(data: Float64Array, axes: readonly number[], shape: readonly number[]): Float64Array {
  const strides = axes.map((axis, i) => (axis === 1 ? 0 : sizeOf(axes.slice(i + 1))));
  return Float64Array.from({ length: sizeOf(shape) }, (_, index) => {
    let [rest, at] = [index, 0];
    for (let i = shape.length - 1; i >= 0; i--) {
      at += (rest % shape[i]!) * strides[i]!;
      rest = Math.floor(rest / shape[i]!);
    }
    return data[at]!;
  });
}

/** A text of a parameter, if it is one. */
export function textOf(value: NirValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
