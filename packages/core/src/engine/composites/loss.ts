import type { LossBackend, RequiredGroups, Storage } from "../backend/index.ts";
import { Values } from "./values.ts";

/** What a loss is made of beside the softmax and the cross-entropy, by products and comparisons; equations: `LossBackend`. */
export function loss(backend: RequiredGroups): Omit<LossBackend, "softmax" | "crossEntropy"> {
  const within = (work: (v: Values) => void): void => Values.within(backend, work);
  /** `y[r] = sum_i x[r, i] weight[i]`. */
  const rowSums = (x: Storage, weight: Storage, y: Storage): Storage => {
    backend.linear.forward({ rows: y.length, inputs: weight.length, outputs: 1 }, { x, weight, y });
    return y;
  };
  return {
    softmaxBackward: ({ rows, classes }, { y, gy, gx }) =>
      within((v) => {
        const sums = rowSums(v.combine("multiply", y, gy), v.filled(classes, 1), v.room(rows));
        const mean = v.gather(sums, y.length, (i) => Math.floor(i / classes));
        v.combine("multiply", y, v.combine("subtract", gy, mean), gx);
      }),
    meanSquaredError: (length, { x, target, rowWeights, loss: out, gradient }) =>
      within((v) => {
        const weights = rowWeights ?? v.filled(length, 1);
        const [weighted, read] = [v.room(length), v.room(length)];
        const difference = v.combine("subtract", x, target);
        const weigh = (by: Storage, y: Storage): void =>
          backend.rows.scale(length / by.length, { x: difference, weights: by, out: y }, 0);
        weigh(weights, weighted);
        weigh(v.compare(weights, "notEqual", 0), read);
        v.affine(weighted, 2 / length, 0, gradient);
        backend.reduce.sum(length, { x: v.combine("multiply", weighted, read), out });
        v.affine(out, 1 / length, 0, out);
      }),
    weighClasses: ({ batch, classes, smoothing, byWeight }, { targets, weights, weighted, samples }) =>
      within((v) => {
        const sums = rowSums(targets, weights, v.room(batch));
        const norm = v.filled(1, 1);
        if (byWeight) v.sum(sums, batch, 1 / batch, norm);
        v.combine("divide", sums, v.repeat(norm, batch), samples);
        const smoothed = v.affine(targets, 1 - smoothing, smoothing / classes);
        const all = v.combine("multiply", smoothed, v.repeat(weights, batch));
        v.combine("divide", all, v.repeat(norm, all.length), weighted);
      }),
    oneHot: ({ classes }, { labels, out }) =>
      within((v) => {
        const own = v.gather(labels, out.length, (i) => Math.floor(i / classes));
        const isLabel = v.compare(
          own,
          "equal",
          v.of(out.length, (i) => i % classes),
        );
        backend.elementwise.copy(out.length, { x: isLabel, out });
      }),
    groupMean: ({ size }, { x, y }) => within((v) => void rowSums(x, v.filled(size, 1 / size), y)),
    groupMeanBackward: ({ size }, { gy, gx }) =>
      within((v) => void v.gather(v.affine(gy, 1 / size), gx.length, (i) => Math.floor(i / size), 0, gx)),
  };
}
