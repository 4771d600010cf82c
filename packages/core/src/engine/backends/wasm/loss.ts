/**
 * Losses, and what they are built from.
 * One path: rows in chunks; sums of chunks are float64 and added up in order. Weights of classes are a plain loop.
 * A few per cent of any workload; not measured by itself.
 */
import type { ClassWeighting, LossBackend, Storage } from "../../backend/index.ts";
import { ELEMENT_GRAIN, type Runtime } from "./runtime/runtime.ts";

/** Rows of logits per chunk. */
const ROW_GRAIN = 256;
/** Labels, or groups, per chunk. */
const LABEL_GRAIN = 4096;

export function loss(runtime: Runtime): LossBackend {
  return {
    softmax: ({ rows, classes }, { x, y }) => runtime.run("softmax", rows, ROW_GRAIN, { classes, x, y }),
    softmaxBackward: ({ rows, classes }, { y, gy, gx }) =>
      runtime.run("softmaxBackward", rows, ROW_GRAIN, { classes, y, gy, gx }),
    crossEntropy({ rows, classes }, { logits, targets, rowWeights, loss, gradient }, smoothing) {
      const batch = targets.length / classes;
      const args = { rows, classes, smoothing, logits, targets, batch, rowWeights, gradient };
      const sum = runtime.sum("crossEntropy", rows, ROW_GRAIN, args, rows);
      runtime.values(loss)[0] = sum / rows;
    },
    meanSquaredError(count, { x, target, rowWeights, loss, gradient }) {
      const operands = { count, x, target, gradient, grain: ELEMENT_GRAIN };
      const sum = rowWeights
        ? weightedSquares(runtime, rowWeights, operands)
        : runtime.sum("meanSquaredError", count, ELEMENT_GRAIN, operands);
      runtime.values(loss)[0] = sum / count;
    },
    weighClasses: (size, buffers) => weighClasses(runtime, size, buffers),
    oneHot: ({ rows, classes }, { labels, out }) =>
      runtime.run("oneHot", rows, LABEL_GRAIN, { labels, classes, out }),
    groupMean: ({ rows, groups, size }, { x, y }) =>
      runtime.run("groupMean", rows * groups, LABEL_GRAIN, { size, x, y }),
    groupMeanBackward: ({ rows, groups, size }, { gy, gx }) =>
      runtime.run("groupMeanBackward", rows * groups, LABEL_GRAIN, { size, gy, gx }),
  };
}

function weightedSquares(
  runtime: Runtime,
  rowWeights: Storage,
  operands: Readonly<Record<"x" | "target" | "gradient", Storage>> & { readonly count: number },
): number {
  const rows = rowWeights.length;
  const width = operands.count / rows;
  const grain = Math.max(1, Math.floor(ELEMENT_GRAIN / width));
  return runtime.sum("weightedSquaredError", rows, grain, { ...operands, width, rowWeights, grain });
}

/** A batch's targets are few: a plain loop, added up in float64. */
function weighClasses(
  runtime: Runtime,
  { batch, classes, smoothing, byWeight }: ClassWeighting,
  buffers: Readonly<Record<"targets" | "weights" | "weighted" | "samples", Storage>>,
): void {
  const [targets, weights] = [runtime.values(buffers.targets), runtime.values(buffers.weights)];
  const [weighted, samples] = [runtime.values(buffers.weighted), runtime.values(buffers.samples)];
  const sums = Float64Array.from({ length: batch }, (_, b) =>
    weights.reduce((sum, weight, c) => sum + weight * (targets[b * classes + c] as number), 0),
  );
  const norm = byWeight ? sums.reduce((sum, value) => sum + value, 0) / batch : 1;
  samples.set(sums.map((value) => value / norm));
  for (let i = 0; i < weighted.length; i++) {
    const target = (1 - smoothing) * (targets[i] as number) + smoothing / classes;
    weighted[i] = ((weights[i % classes] as number) * target) / norm;
  }
}
