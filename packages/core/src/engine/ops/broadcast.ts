import { ShapeError } from "../../errors.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import { describeShape, type Format, sizeOf, type Tensor } from "../tensor.ts";
import { OPERAND_HINT } from "./arguments.ts";
import { fromImages, toImages } from "./images.ts";
import { withIndices } from "./indices.ts";

/**
 * Two operands in one shape. Shapes are compared from their last axes on: an axis that is missing, or of length 1, counts
 * for every value along that of the other operand. Numbers, rows and single images such as [C, 1, 1] become images
 * where the other operand is one.
 *
 * @throws ShapeError for other shapes, or when one is an image and the other a plain tensor of as many axes
 */
export function aligned(owner: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  checkTensor(owner, a, undefined, OPERAND_HINT);
  checkTensor(owner, b, a, OPERAND_HINT);
  const shape = commonShape(a.shape, b.shape);
  if (shape === undefined || !canMix(a, b)) refuse(owner, a, b);
  const format = a.format === "image" ? "image" : b.format;
  return [expanded(a, shape, format), expanded(b, shape, format)];
}

function commonShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const axes = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let back = axes; back > 0; back--) {
    const [left = 1, right = 1] = [a.at(-back), b.at(-back)];
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(Math.max(left, right));
  }
  return shape;
}

/** The axes of an image are named; those of a plain tensor of as many need not be the same. */
function canMix(a: Tensor, b: Tensor): boolean {
  return a.format === b.format || (a.format === "plain" ? a : b).shape.length <= 3;
}

function refuse(owner: string, a: Tensor, b: Tensor): never {
  const expected = describeShape(a.shape);
  if (canMix(a, b)) {
    throw new ShapeError(
      `${owner}: expected a tensor of shape ${expected}, got ${describeShape(b.shape)}. ` +
        "Both operands need the same shape, or one the last axes of the other; an axis of 1 counts for any.",
    );
  }
  throw new ShapeError(
    `${owner}: expected two ${a.format} tensors, got one ${b.format} tensor of shape ${describeShape(b.shape)}. ` +
      "`tensor` makes images of four or five axes, `parameter` never does; `toImages` and `fromImages` change one.",
  );
}

/** `x` once for every value along the axes that it lacks; the gradient is summed over them. */
function expanded(x: Tensor, shape: readonly number[], format: Format): Tensor {
  if (describeShape(x.shape) === describeShape(shape)) return x.format === format ? x : toImages(x);
  const own = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const differs = (axis: number): boolean => own[axis] !== shape[axis];
  const axes = [...shape.keys()];
  // The values of an image lie in the backend's own order.
  if (x.format === "image" && axes.slice(-3).some(differs)) {
    return toImages(expanded(fromImages(x), shape, "plain"));
  }
  const begin = Math.max(0, axes.findIndex(differs));
  const end = axes.find((axis) => axis >= begin && !differs(axis)) ?? shape.length;
  const whole = shape.map((size, axis) => (axis < end ? size : (own[axis] as number)));
  const outer = sizeOf(whole.slice(0, begin));
  const block = { outer, count: sizeOf(whole.slice(begin, end)), inner: x.size / outer };
  return expanded(repeated(x, whole, block), shape, format);
}

/** `outer` blocks of `inner` values, each `count` times. */
interface Blocks {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

function repeated(x: Tensor, shape: readonly number[], blocks: Blocks): Tensor {
  const { engine } = x;
  const { outer, count, inner } = blocks;
  const { rows, time } = engine.backend;
  const y = engine.empty(shape, x.format);
  if (outer === 1) time.repeat({ steps: count, size: inner }, { x: x.storage, y: y.storage });
  else {
    const block = Float32Array.from({ length: outer * count }, (_, row) => Math.floor(row / count));
    withIndices(engine, block, (index) => rows.gather(inner, { x: x.storage, index, out: y.storage }));
  }
  record([x], [y], ([gy]) => [summed(gy as Tensor, x, blocks)]);
  return y;
}

/** The gradient of `repeated`. */
function summed(gy: Tensor, x: Tensor, { outer, count, inner }: Blocks): Tensor {
  const { engine } = x;
  const { rows, time } = engine.backend;
  const gx = engine.empty(x.shape, x.format);
  let ordered = gy.storage;
  if (outer > 1) {
    const turned = engine.empty(gy.shape);
    const place = (row: number): number => (row % outer) * count + Math.floor(row / outer);
    const order = Float32Array.from({ length: outer * count }, (_, row) => place(row));
    withIndices(engine, order, (index) => rows.gather(inner, { x: gy.storage, index, out: turned.storage }));
    ordered = turned.storage;
  }
  time.sum({ steps: count, size: outer * inner }, { x: ordered, y: gx.storage }, 1);
  return gx;
}
