import type { OutsideValue, ReduceBackend, ValueRange } from "../backend/index.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Sum of squares, added up in float64; not finite when any value is not. */
export async function sumOfSquares(x: Tensor): Promise<number> {
  checkTensor("sumOfSquares", x);
  const sum = await readPair(x, "sumOfSquares");
  if (Number.isFinite(sum)) return sum;
  // Beyond float32, or not finite: once more in a size that fits, if there is one.
  const { memory, elementwise } = x.engine.backend;
  const small = memory.allocate(x.size, "step");
  try {
    elementwise.scale(x.size, { x: x.storage, out: small }, SMALL);
    return (await readPair({ engine: x.engine, size: x.size, storage: small }, "sumOfSquares")) / SMALL ** 2;
  } finally {
    memory.release(small);
  }
}

/** A power of two: scaled by it, the squares of all float32 add up to less than the largest. */
const SMALL = 2 ** -80;

/** How many values are not zero. */
export async function countNonZero(x: Tensor): Promise<number> {
  checkTensor("countNonZero", x);
  return readPair(x, "countNonZero");
}

/** The first value that is not in the range; see `ReduceBackend.findOutside`. */
export function firstOutside(x: Tensor, range: ValueRange): OutsideValue | undefined {
  return x.engine.backend.reduce.findOutside(x.size, { x: x.storage }, range);
}

type PairOperation = keyof Pick<ReduceBackend, "sumOfSquares" | "countNonZero">;

/** Runs a reduction whose result is a pair, and reads it. */
async function readPair(
  { engine, size, storage: x }: Pick<Tensor, "engine" | "size" | "storage">,
  operation: PairOperation,
): Promise<number> {
  const { memory, reduce } = engine.backend;
  const out = memory.allocate(2, "step");
  try {
    reduce[operation](size, { x, out });
    const [high = NaN, low = NaN] = await memory.read(out);
    return high + low;
  } finally {
    memory.release(out);
  }
}
