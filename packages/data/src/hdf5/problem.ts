import { FormatError } from "@myelin/core";

/** What is wrong at which place inside an HDF5 file. */
export interface Hdf5Problem {
  readonly file: string;
  /** Path of the data set or group, such as "spikes/times". */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
}

const HINT = "The file is no spike file in the layout of SHD, or it is damaged: get it again.";

/** The one error that reading a spike file throws. */
export function hdf5Error({ file, place, expected, got, hint = HINT }: Hdf5Problem): FormatError {
  return new FormatError(`readSpikes: ${file}, ${place}: expected ${expected}, got ${got}. ${hint}`);
}

/** Runs a call of the HDF5 library; what it throws, in C's terms, becomes a {@link hdf5Error}. */
export function orProblem<R>(call: () => R, problem: Omit<Hdf5Problem, "got">): R {
  try {
    return call();
  } catch (cause) {
    throw hdf5Error({ ...problem, got: firstLine(cause) });
  }
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0]!.trim() || "no reason";
}
