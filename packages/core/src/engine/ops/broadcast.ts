import { ShapeError } from "../../errors.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import { describeShape, type Tensor } from "../tensor.ts";
import { OPERAND_HINT } from "./arguments.ts";

/**
 * Whether two operands have equal shapes; false when the shape of one is the end of the other's, so that it counts for
 * every sample or step of it.
 * @throws ShapeError for other shapes, or when one is an image and the other is not
 */
export function areAligned(owner: string, a: Tensor, b: Tensor): boolean {
  checkTensor(owner, a, undefined, OPERAND_HINT);
  checkTensor(owner, b, a, OPERAND_HINT);
  if (isEnd(a.shape, b.shape) && a.format === b.format) return a.shape.length === b.shape.length;
  if (isEnd(b.shape, a.shape) && a.format === b.format) return false;
  refuse(owner, a, b);
}

function isEnd(end: readonly number[], whole: readonly number[]): boolean {
  const offset = whole.length - end.length;
  if (offset < 0) return false;
  for (let i = 0; i < end.length; i++) if (end[i] !== whole[offset + i]) return false;
  return true;
}

function refuse(owner: string, a: Tensor, b: Tensor): never {
  const expected = describeShape(a.shape);
  if (a.format === b.format) {
    throw new ShapeError(
      `${owner}: expected a tensor of shape ${expected}, got ${describeShape(b.shape)}. ` +
        "Both operands need the same shape, or one the last axes of the other.",
    );
  }
  throw new ShapeError(
    `${owner}: expected two ${a.format} tensors, got one ${b.format} tensor of shape ${describeShape(b.shape)}. ` +
      "`tensor` makes images of four or five axes; `parameter` never does.",
  );
}

/** `x` once for every sample or step of `like`, whose last axes are those of `x`; the gradient is summed over them. */
export function repeatedAs(x: Tensor, like: Tensor): Tensor {
  if (x.shape.length >= like.shape.length) return x;
  const { engine } = x;
  const y = engine.empty(like.shape, like.format);
  const size = { steps: x.size === 0 ? 0 : y.size / x.size, size: x.size };
  engine.backend.time.repeat(size, { x: x.storage, y: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    engine.backend.time.sum(size, { x: (gy as Tensor).storage, y: gx.storage }, 1);
    return [gx];
  });
  return y;
}
