import { FormatError } from "@myelin/core";

/** Batches carry labels as float32, which is exact up to here. */
const MAX_CLASSES = 2 ** 24;

/**
 * The labels of a data set: one class index per sample, in an array that holds any number of classes.
 *
 * @param owner function and data set in messages
 * @throws FormatError unless every label is a whole number from 0 to classes-1
 */
export function checkedLabels(owner: string, labels: ArrayLike<number>, classes: number): Uint32Array {
  if (classes > MAX_CLASSES) {
    throw new FormatError(
      `${owner}: expected at most ${MAX_CLASSES} classes, got ${classes}. Labels of a batch are exact up to that many.`,
    );
  }
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new FormatError(
      `${owner}: expected labels from 0 to ${classes - 1}, got ${label} for sample ${sample}. ` +
        `Check that the labels are those of this data set.`,
    );
  }
  return labels instanceof Uint32Array ? labels : Uint32Array.from(labels);
}

/** The elements of `values` at `indices`: labels or sources of some samples. */
export function pickNumbers(values: ArrayLike<number>, indices: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(indices, (index) => values[index]!);
}
