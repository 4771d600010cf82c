import { ShapeError } from "@myelin/core";
import { permutation, STREAMS, streamKey } from "../random.ts";
import { selectSamples, type ImageDataset } from "./dataset.ts";

/** Options of {@link splitDataset}. */
export interface SplitOptions {
  /** The part of each class that goes to validation, 0 < validation < 1. */
  readonly validation: number;
  readonly seed: number;
}

/**
 * Splits a data set into training and validation samples, class by class: of a class with n samples,
 * `round(validation * n)` are drawn for validation. Both parts keep the order of the data set.
 *
 * The draw depends on the seed and the labels only.
 *
 * @throws ShapeError if `validation` is not between 0 and 1 or leaves one part empty
 * @example const { train, validation } = splitDataset(dataset, { validation: 0.1, seed: 1 });
 */
export function splitDataset(
  dataset: ImageDataset,
  { validation, seed }: SplitOptions,
): { train: ImageDataset; validation: ImageDataset } {
  const held = new Uint8Array(dataset.count);
  for (const [label, members] of membersByClass(dataset).entries()) {
    const order = permutation(members.length, streamKey(seed, STREAMS.split, label));
    const drawn = Math.round(validation * members.length);
    for (const place of order.subarray(0, drawn)) held[members[place]!] = 1;
  }
  const indices = Array.from(held.keys());
  const validationIndices = indices.filter((index) => held[index] === 1);
  const valid = validation > 0 && validation < 1;
  if (!valid || validationIndices.length === 0 || validationIndices.length === dataset.count) {
    throw new ShapeError(
      `splitDataset: expected a validation part between 0 and 1 that leaves samples on both sides, ` +
        `got ${validation} of ${dataset.count} samples. Try 0.1.`,
    );
  }
  return {
    train: selectSamples(
      dataset,
      indices.filter((index) => held[index] === 0),
    ),
    validation: selectSamples(dataset, validationIndices),
  };
}

function membersByClass({ labels, classes }: ImageDataset): number[][] {
  const members = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, index) => members[label]?.push(index));
  return members;
}
