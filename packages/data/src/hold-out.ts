import { ShapeError } from "@myelin/core";
import { checkOptions, describeValue } from "@myelin/core/checks";
import { permutation, STREAMS, streamKey } from "./random.ts";

/** How much is held out, and the draw. */
export interface SplitOptions {
  /** The part of each class that goes to validation, 0 < validation < 1. */
  readonly validation: number;
  readonly seed: number;
}

/** The places of the samples on either side of a split, in the data set's order. */
export interface SplitIndices {
  readonly train: number[];
  readonly validation: number[];
}

/**
 * Draws `round(validation * n)` samples of each class of n.
 *
 * @throws ShapeError if `validation` is not between 0 and 1 or leaves one part empty
 */
export function holdOut(
  owner: string,
  { labels, classes }: { readonly labels: Uint32Array; readonly classes: number },
  options: SplitOptions,
): SplitIndices {
  const known = { validation: true, seed: true } as const;
  const { validation, seed } = checkOptions(owner, options, known, "{ validation: 0.1, seed: 1 }");
  if (typeof validation !== "number") throw noSplit(owner, validation, labels.length);
  const held = new Set<number>();
  for (const [label, members] of membersByClass(labels, classes).entries()) {
    const order = permutation(members.length, streamKey(seed, STREAMS.split, label));
    for (const place of order.subarray(0, Math.round(validation * members.length))) held.add(members[place]!);
  }
  const parts = divide(labels.length, (index) => held.has(index));
  if (validation > 0 && validation < 1 && parts.train.length > 0 && parts.validation.length > 0) return parts;
  throw noSplit(owner, validation, labels.length);
}

function noSplit(owner: string, validation: number, samples: number): ShapeError {
  return new ShapeError(
    `${owner}: expected a validation part between 0 and 1 that leaves samples on both sides, ` +
      `got ${describeValue(validation)} of ${samples} samples. Try 0.1.`,
  );
}

/** The samples 0 .. count-1 on either side of a condition. */
export function divide(count: number, isHeld: (index: number) => boolean): SplitIndices {
  const parts: SplitIndices = { train: [], validation: [] };
  for (let index = 0; index < count; index++) parts[isHeld(index) ? "validation" : "train"].push(index);
  return parts;
}

function membersByClass(labels: Uint32Array, classes: number): number[][] {
  const members = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, index) => members[label]?.push(index));
  return members;
}
