import { ShapeError } from "@myelin/core";
import { checkArray, checkInteger } from "@myelin/core/checks";
import { divide, holdOut, type SplitIndices, type SplitOptions } from "../hold-out.ts";
import { checkSequences, type SequenceDataset } from "./dataset.ts";

/** A data set in two parts. */
export interface SequenceSplit {
  readonly train: SequenceDataset;
  readonly validation: SequenceDataset;
}

/**
 * Splits a data set of sequences class by class, as `splitDataset` does for images.
 *
 * @throws ShapeError if `validation` is not between 0 and 1 or leaves one part empty
 */
export function splitSequences(dataset: SequenceDataset, options: SplitOptions): SequenceSplit {
  checkSequences("splitSequences", dataset);
  return select(dataset, holdOut("splitSequences", dataset, options));
}

/**
 * Holds out everything that comes from some sources, such as speakers: how well a network does on voices that it
 * never heard.
 *
 * @throws ShapeError if the data set does not know its sources, one is not among them, or one part would be empty
 * @example const { train, validation } = splitBySource(shd, [0, 9]);
 */
export function splitBySource(dataset: SequenceDataset, held: readonly number[]): SequenceSplit {
  const { sources, name, count } = checkSequences("splitBySource", dataset);
  if (sources === undefined) {
    throw new ShapeError(
      `splitBySource: expected a data set that knows its sources, got ${name}. Hold out a share of it instead.`,
    );
  }
  checkArray("splitBySource.held", held, "an array of sources", checkSource);
  const known = [...new Set(sources)].sort((a, b) => a - b);
  const unknown = held.find((source) => !known.includes(source));
  if (unknown !== undefined || held.length === 0 || new Set(held).size >= known.length) {
    throw new ShapeError(
      `splitBySource: expected some but not all of the sources ${known.join(", ")} of ${name}, got ${held.join(", ") || "none"}.`,
    );
  }
  return select(
    dataset,
    divide(count, (index) => held.includes(sources[index] ?? -1)),
  );
}

function checkSource(symbol: string, source: number): void {
  checkInteger(symbol, source, {}, "Sources are numbers, such as those of speakers.");
}

function select(dataset: SequenceDataset, { train, validation }: SplitIndices): SequenceSplit {
  return { train: dataset.select(train), validation: dataset.select(validation) };
}
