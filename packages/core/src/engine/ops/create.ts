import { checkNumbers, refuse } from "../../checks.ts";
import { ShapeError } from "../../errors.ts";
import { currentEngine } from "../current.ts";
import { checkSizes, describeShape, type Format, type Tensor } from "../tensor.ts";

/** Numbers, nested to the depth of the shape. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * A tensor with the given values, in logical (row-major, NCHW) order.
 * Inside `engine.step` it lives until the step ends, outside as long as it is referenced.
 * Shapes of four or five axes, `[B, C, H, W]` and `[T, B, C, H, W]`, make image tensors.
 *
 * @throws ShapeError when values and shape do not fit
 */
export function tensor(values: ArrayLike<number> | NestedNumbers, shape?: readonly number[]): Tensor {
  const flat = flatten(values);
  const dims = shape === undefined ? shapeOf(values) : shape;
  checkShape("tensor", dims, flat.length);
  const format: Format = dims.length === 4 || dims.length === 5 ? "image" : "plain";
  const result = currentEngine().empty(dims, format);
  result.set(flat);
  return result;
}

/** A persistent tensor that `backward` computes a gradient for; never an image, whatever its shape. */
export function parameter(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  checkNumbers("parameter.values", values);
  checkShape("parameter", shape, values.length);
  const result = currentEngine().persistent(shape);
  result.set(values);
  result.requiresGrad = true;
  return result;
}

function checkShape(owner: string, shape: readonly number[], length: number): void {
  if (checkSizes(`${owner}.shape`, shape) === length) return;
  throw new ShapeError(
    `${owner}: expected a shape of positive whole numbers whose product is ${length}, got ${describeShape(shape)}. ` +
      "Check the order and number of the axes.",
  );
}

function flatten(values: ArrayLike<number> | NestedNumbers): ArrayLike<number> {
  if (typeof values === "number") return [values];
  if (Array.isArray(values)) return checkNumbers("tensor.values", values.flat(Infinity) as number[]);
  if (ArrayBuffer.isView(values)) return checkNumbers("tensor.values", values as ArrayLike<number>);
  return refuse("tensor.values", "a number or an array of numbers", values);
}

function shapeOf(values: ArrayLike<number> | NestedNumbers): number[] {
  if (typeof values === "number") return [];
  if (!Array.isArray(values)) return [(values as ArrayLike<number>).length];
  const items: readonly NestedNumbers[] = values;
  if (!items.some(Array.isArray)) return [items.length];
  const [first = [], ...others] = items.map(shapeOf);
  for (const other of others) checkEqual(first, other);
  return [items.length, ...first];
}

/** Rows of different lengths have no shape. */
function checkEqual(first: readonly number[], other: readonly number[]): void {
  if (describeShape(first) === describeShape(other)) return;
  throw new ShapeError(
    `tensor.values: expected nested arrays of equal lengths, got ${describeShape(first)} and ${describeShape(other)}. ` +
      "Fill the shorter ones up.",
  );
}
