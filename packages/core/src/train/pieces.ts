import { batchAxis } from "./finite.ts";
import type { Batch } from "./batch.ts";

/** A batch of which any samples are made when they are asked for: processes that share it make only their own. */
export interface BatchInPieces {
  /** How many samples the batch has. */
  readonly count: number;
  /** Its samples `from` .. `to`. */
  piece(from: number, to: number): Batch;
}

/** Batches in order, whole or to be made piece by piece. */
export type BatchSource = Iterable<Batch | BatchInPieces> | AsyncIterable<Batch | BatchInPieces>;

/** Some samples of one of the batches that make a step. */
export interface Piece {
  /** The batch's place in the step. */
  readonly batch: number;
  readonly from: number;
  readonly to: number;
}

/** Whether a batch is to be made piece by piece. */
export function isInPieces(batch: Batch | BatchInPieces): batch is BatchInPieces {
  return typeof (batch as Partial<BatchInPieces> | null | undefined)?.piece === "function";
}

/** The same for a batch that was made already. */
export function inPieces(batch: Batch | BatchInPieces): BatchInPieces {
  if (isInPieces(batch)) return batch;
  const count = batch.labels.length;
  return { count, piece: (from, to) => (to - from === count ? batch : cutOut(batch, from, to)) };
}

/** All samples of a batch. */
export function wholeOf(batch: Batch | BatchInPieces): Batch {
  return isInPieces(batch) ? batch.piece(0, batch.count) : batch;
}

/** Cuts each batch into `pieces` as even as can be; of a batch with fewer samples, into as many as it has. */
export function cutBatches(group: readonly BatchInPieces[], pieces: number): Piece[] {
  return group.flatMap(({ count }, batch) => {
    const bounds = Array.from({ length: pieces + 1 }, (_, i) => Math.floor((i * count) / pieces));
    const cut = bounds.slice(1).map((to, i) => ({ batch, from: bounds[i] as number, to }));
    return cut.filter(({ from, to }) => to > from);
  });
}

function cutOut({ inputs, shape, labels, lengths, targets }: Batch, from: number, to: number): Batch {
  const count = labels.length;
  const axis = batchAxis(shape, count);
  const classes = targets === undefined ? 0 : targets.length / count;
  return {
    inputs: samplesOf(inputs, axis === 0 ? 1 : (shape[0] as number), count, { from, to }),
    shape: shape.map((size, i) => (i === axis ? to - from : size)),
    labels: labels.subarray(from, to),
    ...(lengths !== undefined && { lengths: Array.prototype.slice.call(lengths, from, to) as number[] }),
    ...(targets !== undefined && { targets: targets.subarray(from * classes, to * classes) }),
  };
}

/** Samples from .. to of [steps, count, ...]. */
function samplesOf(
  values: Float32Array,
  steps: number,
  count: number,
  { from, to }: { readonly from: number; readonly to: number },
): Float32Array {
  const length = values.length / (steps * count);
  if (steps === 1) return values.subarray(from * length, to * length);
  const cut = new Float32Array(steps * (to - from) * length);
  for (let step = 0; step < steps; step++) {
    const row = values.subarray((step * count + from) * length, (step * count + to) * length);
    cut.set(row, step * (to - from) * length);
  }
  return cut;
}
