import { checkBytes } from "../check-bytes.ts";
import { spikeDataset, sortSpikes, type SpikeDataset } from "../spikes/index.ts";
import type { Hdf5Library } from "./library.ts";
import { hdf5Error, orProblem } from "./problem.ts";
import { readSpikeLayout, type SpikeFile } from "./spike-layout.ts";
import { requireWholeFile } from "./superblock.ts";

/** What a spike file does not say itself. */
export interface ReadSpikesOptions {
  /** Name of the data set, and of the file in messages. */
  readonly name: string;
  /** How many units there are; 700 if left out, as in the Heidelberg data sets. */
  readonly units?: number;
  /** What each label stands for; the file's own names if left out. */
  readonly classNames?: readonly string[];
}

/**
 * Reads a spike file in the layout of the Heidelberg data sets (SHD, SSC) from its bytes. Spikes that are out of order
 * within a sample are sorted by time.
 *
 * @throws FormatError if the file is damaged or has another layout: a TruncatedError if it is cut short, an
 * UnsupportedError if it may be whole but of a kind that is not read
 * @example const test = await readSpikes(new Uint8Array(await response.arrayBuffer()), { name: "shd" });
 */
export async function readSpikes(bytes: Uint8Array, options: ReadSpikesOptions): Promise<SpikeDataset> {
  checkBytes("readSpikes", bytes);
  await requireWholeFile((at, length) => bytes.subarray(at, at + length), bytes.length, options.name);
  const library: Hdf5Library = await import("h5wasm");
  const { FS } = await library.ready;
  const place = `/${temporaryName()}`;
  // The library's file system takes the bytes over as they are: no second copy.
  FS.writeFile(place, bytes, OWNED);
  try {
    return spikesFrom(library, place, options);
  } finally {
    FS.unlink(place);
  }
}

/** The library's types do not know this option of Emscripten. */
const OWNED = { canOwn: true } as { flags?: string };

let files = 0;

function temporaryName(): string {
  return `spikes-${files++}.h5`;
}

/**
 * Reads a spike file from the library's file system.
 *
 * @throws FormatError if the file is damaged or has another layout: a TruncatedError if it is cut short, an
 * UnsupportedError if it may be whole but of a kind that is not read
 */
export function spikesFrom(library: Hdf5Library, place: string, options: ReadSpikesOptions): SpikeDataset {
  const { name, units = 700 } = options;
  const file = readFile(library, place, options);
  sortSpikes(file);
  const classNames = options.classNames ?? file.keys ?? numbered(file.labels, name);
  return spikeDataset({
    name,
    units,
    classNames,
    labels: file.labels,
    ...(file.speakers && { sources: file.speakers }),
    times: file.times,
    unitIds: file.unitIds,
    offsets: file.offsets,
  });
}

function readFile(library: Hdf5Library, place: string, { name, classNames }: ReadSpikesOptions): SpikeFile {
  const open = openFile(library, place, name);
  try {
    return readSpikeLayout({ library, open, file: name }, classNames);
  } finally {
    open.close();
  }
}

function openFile(library: Hdf5Library, place: string, name: string) {
  const problem = { file: name, place: "/", expected: "an HDF5 file" };
  const open = orProblem(() => new library.File(place, "r"), problem);
  if (open.file_id > 0n) return open;
  throw hdf5Error({ ...problem, got: "other or incomplete contents" });
}

/** More classes than this are taken for labels that are no class indices. */
const MOST_CLASSES = 2 ** 20;

function numbered(labels: Uint32Array, file: string): string[] {
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  if (largest >= MOST_CLASSES) {
    throw hdf5Error({
      ...{ file, place: "labels", expected: `class indices below ${MOST_CLASSES}`, got: String(largest) },
      hint: "Number the classes from 0 on.",
    });
  }
  return Array.from({ length: largest + 1 }, (_, label) => String(label));
}
