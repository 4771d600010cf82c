import { FormatError } from "@myelin/core";
import { FILE_ERRORS, type FileFault } from "../bytes/index.ts";
import { takeComplaint } from "./complaints.ts";

/** What is wrong at which place inside an HDF5 file. */
export interface Hdf5Problem {
  /** The function that reads, if it is not `readSpikes`. */
  readonly reader?: string | undefined;
  readonly file: string;
  /** Path of the data set or group, such as "spikes/times". */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
  /** "damaged" if left out, which is also what another layout is. */
  readonly kind?: FileFault;
}

const HINTS: Readonly<Record<FileFault, string>> = {
  damaged: "The file is no spike file in the layout of SHD, or it is damaged: get it again.",
  "cut short": "The file is cut short: get it again.",
  "not supported": "The file may be whole, but this is not supported: write it in the layout of SHD.",
};

/** Of HDF5 files with other contents than spikes. */
const ANY_HINTS: Readonly<Record<FileFault, string>> = {
  damaged: "The file is damaged: get it again.",
  "cut short": HINTS["cut short"],
  "not supported": "The file may be whole, but this is not read.",
};

const SPIKES = "readSpikes";

/** The one error that reading a spike file throws. */
export function hdf5Error(problem: Hdf5Problem): FormatError {
  const { reader = SPIKES, file, place, expected, got, kind = "damaged" } = problem;
  const advice = problem.hint ?? (reader === SPIKES ? HINTS[kind] : ANY_HINTS[kind]);
  return new FILE_ERRORS[kind](`${reader}: ${file}, ${place}: expected ${expected}, got ${got}. ${advice}`);
}

/** Runs a call of the HDF5 library; what it throws or says, in C's terms, becomes a {@link hdf5Error}. */
export function orProblem<R>(call: () => R, problem: Omit<Hdf5Problem, "got">): R {
  takeComplaint();
  try {
    return call();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw hdf5Error({ ...problem, got: takeComplaint() ?? firstLine(cause) });
  }
}

/** As {@link orProblem}, of a call that gives a status. */
export function orStatus(call: () => number, problem: Omit<Hdf5Problem, "got">): void {
  const status = orProblem(call, problem);
  if (status >= 0) return;
  throw hdf5Error({ ...problem, got: takeComplaint() ?? `status ${status} of the HDF5 library` });
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0]!.trim() || "no reason";
}
