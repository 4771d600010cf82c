import { checkArray, checkInteger } from "../../checks.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import { describeShape, sizeOf, type Tensor } from "../tensor.ts";
import { requirePlain, shapeError } from "./arguments.ts";
import { withIndices } from "./indices.ts";

/** Where a part lies along an axis of a larger tensor: of `outer` blocks of `whole` rows, `count` from `begin` on. */
interface Part {
  readonly outer: number;
  readonly whole: number;
  readonly begin: number;
  readonly count: number;
  /** Values of a row. */
  readonly width: number;
}

/**
 * The values of `x` from `begin` to before `end` along an axis, as a copy (plain tensors only).
 *
 * @param axis from 0; negative ones count from the last
 * @throws ShapeError for an image, or a tensor without that axis
 * @throws MyelinError unless 0 <= begin < end <= the axis' length
 */
export function slice(x: Tensor, axis: number, begin: number, end: number): Tensor {
  requirePlain("slice", x);
  const place = checkAxis("slice", x, axis);
  const length = x.shape[place] as number;
  checkInteger("slice.begin", begin, { min: 0, max: length - 1 });
  checkInteger("slice.end", end, { min: begin + 1, max: length });
  const part = partOf(x.shape, place, begin, end - begin);
  const y = x.engine.empty(x.shape.with(place, end - begin));
  take(x, y, part);
  record([x], [y], ([gy]) => {
    const gx = x.engine.empty(x.shape);
    const { rows } = x.engine.backend;
    withIndices(x.engine, rowsOf(part), (index) =>
      rows.scatter(part.width, { x: (gy as Tensor).storage, index, out: gx.storage }),
    );
    return [gx];
  });
  return y;
}

/**
 * Joins tensors along an axis that exists (plain tensors that differ in that axis only); `stack` makes a new one.
 *
 * @param axis from 0; negative ones count from the last
 * @throws ShapeError for images, no tensors, or shapes that do not fit
 */
export function concatenate(parts: readonly Tensor[], axis: number): Tensor {
  checkArray("concatenate", parts, "an array of tensors", (symbol, part) => checkTensor(symbol, part));
  const [first] = parts;
  if (!first) shapeError("concatenate", "at least one tensor", [0], "Give an array of tensors.");
  requirePlain("concatenate", first);
  const place = checkAxis("concatenate", first, axis);
  const lengths = parts.map((part) => lengthAlong(part, first, place));
  const shape = first.shape.with(
    place,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  let begin = 0;
  const places = lengths.map((count) => partOf(shape, place, (begin += count) - count, count));
  const y = join(parts, places, shape);
  record(parts, [y], ([gy]) =>
    parts.map((part, i) => {
      const gradient = first.engine.empty(part.shape);
      take(gy as Tensor, gradient, places[i] as Part);
      return gradient;
    }),
  );
  return y;
}

function checkAxis(owner: string, x: Tensor, axis: number): number {
  const axes = x.shape.length;
  if (axes === 0) shapeError(owner, "a tensor with at least one axis", x.shape, "A single number has none.");
  checkInteger(`${owner}.axis`, axis, { min: -axes, max: axes - 1 });
  return axis < 0 ? axis + axes : axis;
}

function lengthAlong(part: Tensor, first: Tensor, axis: number): number {
  requirePlain("concatenate", part);
  checkTensor("concatenate", part, first);
  const length = part.shape[axis] ?? 0;
  if (describeShape(part.shape) !== describeShape(first.shape.with(axis, length)))
    shapeError(
      "concatenate",
      `${describeShape(first.shape)} but for axis ${axis}`,
      part.shape,
      "Other axes agree.",
    );
  return length;
}

function partOf(shape: readonly number[], axis: number, begin: number, count: number): Part {
  const outer = sizeOf(shape.slice(0, axis));
  return { outer, whole: shape[axis] as number, begin, count, width: sizeOf(shape.slice(axis + 1)) };
}

/** Copies a part of `x` to `out`. */
function take(x: Tensor, out: Tensor, part: Part): void {
  const { rows } = x.engine.backend;
  withIndices(x.engine, rowsOf(part), (index) =>
    rows.gather(part.width, { x: x.storage, index, out: out.storage }),
  );
}

/** Puts the parts one after another, then their rows in order. */
function join(parts: readonly Tensor[], places: readonly Part[], shape: readonly number[]): Tensor {
  const { engine } = parts[0] as Tensor;
  const { elementwise, rows } = engine.backend;
  const [all, y] = [engine.empty(shape), engine.empty(shape)];
  const order = new Float32Array(places.reduce((sum, { outer, count }) => sum + outer * count, 0));
  let before = 0;
  parts.forEach((part, i) => {
    const place = places[i] as Part;
    const range = { length: part.size, from: 0, to: before * place.width };
    elementwise.copyRange(range, { x: part.storage, out: all.storage });
    for (const row of rowsOf(place)) order[row] = before++;
  });
  withIndices(engine, order, (index) =>
    rows.gather((places[0] as Part).width, { x: all.storage, index, out: y.storage }),
  );
  return y;
}

/** The rows of the larger tensor that the part has, in its own order. */
function rowsOf({ outer, whole, begin, count }: Part): Float32Array {
  const rows = new Float32Array(outer * count);
  for (let i = 0; i < rows.length; i++) rows[i] = Math.floor(i / count) * whole + begin + (i % count);
  return rows;
}
