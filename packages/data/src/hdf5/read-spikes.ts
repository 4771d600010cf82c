import { checkArray, checkInteger, checkNumber, checkOptions, checkText, refuse } from "@myelin/core/checks";
import { unpackingBudget } from "../budget.ts";
import { checkBytes } from "../bytes/index.ts";
import { spikeDataset, sortSpikes, type SpikeDataset } from "../spikes/index.ts";
import { listenTo, takeComplaint } from "./complaints.ts";
import type { Hdf5Library } from "./library.ts";
import { inHdf5Memory } from "./memory.ts";
import type { OpenSpikeFile } from "./open-file.ts";
import { hdf5Error, orProblem } from "./problem.ts";
import { inspectInThread, readInThread, type ThreadRequest } from "./reading-thread.ts";
import {
  readSamples,
  readSpikeLayout,
  type SamplesOfFile,
  type SpikeFile,
  type SpikesOptions,
} from "./spike-layout.ts";
import { requireWholeFile } from "./superblock.ts";

/** Options of {@link readSpikes}. */
export interface ReadSpikesOptions extends SpikesOptions {
  /** How long the HDF5 library may take; ten seconds and a second for each 10 MB if left out. */
  readonly timeLimitMs?: number;
}

/**
 * Reads a spike file in the layout of the Heidelberg data sets (SHD, SSC) from its bytes. Spikes that are out of order
 * within a sample are sorted by time. The HDF5 library works in a thread of its own (a worker in browsers), with limits
 * on time and memory, as there are damaged files in which it never comes to an end.
 *
 * @throws FormatError if the file is damaged or has another layout: a TruncatedError if it is cut short, an
 * UnsupportedError if it may be whole but of a kind that is not read
 * @example const test = await readSpikes(new Uint8Array(await response.arrayBuffer()), { name: "shd" });
 */
export async function readSpikes(bytes: Uint8Array, options: ReadSpikesOptions): Promise<SpikeDataset> {
  checkBytes("readSpikes", bytes);
  return readOwnSpikes(Uint8Array.from(bytes), checkReading("readSpikes", options));
}

/** As {@link readSpikes}, of bytes that nobody needs any longer: they are handed over and gone afterwards. */
export async function readOwnSpikes(
  bytes: Uint8Array,
  { timeLimitMs, ...options }: ReadSpikesOptions,
): Promise<SpikeDataset> {
  await requireWholeFile((at, length) => bytes.subarray(at, at + length), bytes.length, options.name);
  return readInThread({ source: wholeBuffer(bytes), fileBytes: bytes.length, options }, timeLimitMs);
}

/** As {@link readOwnSpikes}, of the samples without their spikes. */
export async function inspectOwnSpikes(bytes: Uint8Array, name: string): Promise<SamplesOfFile> {
  await requireWholeFile((at, length) => bytes.subarray(at, at + length), bytes.length, name);
  return inspectInThread({ source: wholeBuffer(bytes), fileBytes: bytes.length, options: { name } });
}

/** A part of a larger piece of memory cannot be handed over without the rest. */
function wholeBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}

/** The options of a function that reads spikes. */
export function checkReading(owner: string, options: ReadSpikesOptions): ReadSpikesOptions {
  const known = { name: true, units: true, classNames: true, timeLimitMs: true } as const;
  const checked = checkOptions(owner, options, known, '{ name: "shd" }');
  checkText(`${owner}.name`, checked.name);
  const { units, classNames, timeLimitMs } = checked;
  if (units !== undefined) checkInteger(`${owner}.units`, units, { min: 1, max: 65_536 });
  if (classNames !== undefined) checkArray(`${owner}.classNames`, classNames, "an array of names", checkName);
  if (timeLimitMs !== undefined) checkNumber(`${owner}.timeLimitMs`, timeLimitMs, { above: 0 });
  return checked;
}

/** A name may be empty: labels that a file skips have none. */
function checkName(symbol: string, name: unknown): void {
  if (typeof name !== "string") refuse(symbol, "a name", name);
}

/** What a thread is asked for. */
export type Contents = SpikeDataset | SamplesOfFile;

/** Reads a spike file from its bytes with the library in this thread. */
export async function contentsOfBytes(bytes: Uint8Array, request: ThreadRequest): Promise<Contents> {
  return inHdf5Memory(bytes, (library, place) => contentsFrom(library, place, request));
}

/**
 * Reads a spike file from the library's file system, in this thread.
 *
 * @throws FormatError if the file is damaged or has another layout: a TruncatedError if it is cut short, an
 * UnsupportedError if it may be whole but of a kind that is not read
 */
export function spikesFrom(
  library: Hdf5Library,
  place: string,
  options: SpikesOptions,
  fileBytes: number,
): SpikeDataset {
  return inFile(library, place, { options, fileBytes }, (source) =>
    spikesOf(readSpikeLayout(source, options.classNames), options),
  );
}

/** What a thread is asked for, of a file in the library's file system. */
export function contentsFrom(library: Hdf5Library, place: string, request: ThreadRequest): Contents {
  const { options, fileBytes, wanted } = request;
  if (wanted === "spikes") return spikesFrom(library, place, options, fileBytes);
  return inFile(library, place, request, readSamples);
}

function inFile<R>(
  library: Hdf5Library,
  place: string,
  { options, fileBytes }: Pick<ThreadRequest, "options" | "fileBytes">,
  read: (source: OpenSpikeFile) => R,
): R {
  const { name } = options;
  const open = openFile(library, place, name);
  try {
    return read({ library, open, file: name, fileBytes, budgetBytes: unpackingBudget(fileBytes) });
  } finally {
    open.close();
  }
}

function spikesOf(file: SpikeFile, options: SpikesOptions): SpikeDataset {
  const { name, units = 700 } = options;
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

function openFile(library: Hdf5Library, place: string, name: string) {
  const problem = { file: name, place: "/", expected: "an HDF5 file" };
  listenTo(library);
  const open = orProblem(() => new library.File(place, "r"), problem);
  if (open.file_id > 0n) return open;
  throw hdf5Error({ ...problem, got: takeComplaint() ?? "other or incomplete contents" });
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
