import { ShapeError } from "../../errors.ts";
import { inScope, scopeOr } from "../scope.ts";
import { paddingBy } from "../lengths.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Padding } from "../padding.ts";
import { sizeOf, type Format, type Tensor } from "../tensor.ts";
import { requireSequence, standsInTime } from "./arguments.ts";
import { tensor } from "./create.ts";
import { countNonZero } from "./reduce.ts";

/**
 * What is padding in a sequence: by its own lengths, or by those of the running step; undefined if nothing is.
 *
 * @throws ShapeError if the step's lengths are not for sequences like `x`
 */
export function paddingOf(owner: string, x: Tensor, lengths?: ArrayLike<number>): Padding | undefined {
  return lengths === undefined ? x.engine.padding?.of(owner, x) : paddingBy(owner, x, lengths);
}

/** The same, and undefined for tensors that do not stand in time. */
export function paddingInTime(owner: string, x: Tensor, lengths?: ArrayLike<number>): Padding | undefined {
  return lengths !== undefined || standsInTime(x) ? paddingOf(owner, x, lengths) : undefined;
}

/** The same, and undefined for tensors of another shape than the running step's sequences. */
export function paddingIfAny(x: Tensor): Padding | undefined {
  return standsInTime(x) ? x.engine.padding?.find(x) : undefined;
}

/**
 * The sequence with zeros where its samples have ended, by the lengths of the running step (`setLengths`) or
 * `lengths`; the same tensor where nothing is padded. For functions of one's own that look over time.
 *
 * @param x f32 [T, B, ...]
 * @throws ShapeError if the step's lengths are not for sequences like `x`
 */
export function maskPadding(x: Tensor, lengths?: ArrayLike<number>): Tensor {
  const owner = scopeOr("maskPadding");
  requireSequence(owner, x);
  const padding = paddingOf(owner, x, lengths);
  return padding ? keepSteps(x, padding) : x;
}

/** The sequence with `other` in place of its padding, whatever stands there. */
export function keepSteps(x: Tensor, padding: Padding, other = 0): Tensor {
  return scaleRows(x, padding.kept, other);
}

/** `y[r] = weights[r] x[r]`, and `other` where the weight is 0. */
export function scaleRows(x: Tensor, weights: Tensor, other = 0): Tensor {
  const { engine } = x;
  const width = x.size / weights.size;
  const y = engine.empty(x.shape, x.format);
  const buffers = { x: x.storage, weights: weights.storage, out: y.storage };
  engine.backend.rows.scale(width, buffers, other);
  record([x], [y], ([gy]) => [scaleRows(gy as Tensor, weights)]);
  return y;
}

/** Only the rows that count, [R, ...]. */
export function gatherSteps(x: Tensor, padding: Padding): Tensor {
  return gatherRows(x, padding.rows, [padding.count, ...x.shape.slice(2)]);
}

/** Rows that count back to a sequence [T, B, ...] with zeros between. */
export function scatterSteps(rows: Tensor, padding: Padding): Tensor {
  return scatterRows(rows, padding.rows, [padding.steps, padding.batch, ...rows.shape.slice(1)], rows.format);
}

/** The last step of each sample that counts, [B, ...]. */
export function lastSteps(x: Tensor, padding: Padding): Tensor {
  return gatherRows(x, padding.last, x.shape.slice(1));
}

function gatherRows(x: Tensor, index: Tensor, shape: readonly number[]): Tensor {
  const { engine } = x;
  const y = engine.empty(shape, x.format);
  const width = sizeOf(shape) / index.size;
  engine.backend.rows.gather(width, { x: x.storage, index: index.storage, out: y.storage });
  record([x], [y], ([gy]) => [scatterRows(gy as Tensor, index, x.shape, x.format)]);
  return y;
}

function scatterRows(x: Tensor, index: Tensor, shape: readonly number[], format: Format): Tensor {
  const { engine } = x;
  const y = engine.empty(shape, format);
  const width = x.size / index.size;
  engine.backend.rows.scatter(width, { x: x.storage, index: index.storage, out: y.storage });
  record([x], [y], ([gy]) => [gatherRows(gy as Tensor, index, x.shape)]);
  return y;
}

/** Which of its calls in a pass gave a layer a tensor. */
export interface Call {
  readonly index: number;
  readonly total: number;
}

const ONLY_CALL: Call = { index: 0, total: 1 };

/** What counts of a tensor, and which share of its rows that is. */
export interface Kept {
  readonly kept: Tensor;
  readonly share: number;
}

/**
 * A tensor with zeros for its padding. Where a layer is called step by step, up to the last one, a tensor without
 * time axis, or of one step, belongs to the step of its call.
 *
 * @throws ShapeError if the step's lengths are not for sequences like `x`, or there are more calls than steps
 */
export function withoutPadding(x: Tensor, call: Call = ONLY_CALL): Kept {
  const owner = scopeOr("withoutPadding");
  checkTensor(owner, x);
  const { padding } = x.engine;
  if (padding === undefined) return { kept: x, share: 1 };
  // Where sequences have one step themselves, as parts of longer ones may, it is no call for one of several.
  if (standsInTime(x) && (x.shape[0] !== 1 || padding.steps === 1)) {
    const own = padding.of(owner, x);
    return { kept: keepSteps(x, own), share: own.count / (own.steps * own.batch) };
  }
  if (call.total === 1) return { kept: x, share: 1 };
  checkCalls(owner, call, padding.steps);
  const step = padding.steps - call.total + call.index;
  const running = padding.lengths.map((length) => Number(length > step));
  const share = running.reduce((sum, one) => sum + one, 0) / running.length;
  return { kept: share === 1 ? x : scaleRows(x, tensor(running)), share };
}

/** Of a layer that is used more than once in a step nobody knows which step a call belongs to. */
function checkCalls(owner: string, { total }: Call, steps: number): void {
  if (total <= steps) return;
  throw new ShapeError(
    `${owner}: expected as many calls step by step as a padded batch has steps, ${steps} at most, got ${total}. ` +
      "Use a layer of its own at each place, or batches without lengths.",
  );
}

/** How many values of a tensor are not zero, and how many there are, padding left out as in `withoutPadding`. */
export async function countSpikes(x: Tensor, call?: Call): Promise<{ count: number; size: number }> {
  const { kept, share } = inScope("countSpikes", () => withoutPadding(x, call));
  return { count: await countNonZero(kept), size: Math.round(x.size * share) };
}
