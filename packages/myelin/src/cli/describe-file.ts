/** What is in a data file, told by its bytes and not by its name. */
import { FormatError, MyelinError } from "@myelin/core";
import {
  decodeImage,
  describeTable,
  inspectEventFile,
  isGzip,
  isHdf5,
  isImageFile,
  readCifar10,
  readIdx,
  readMaybeGzip,
  readSpikesFile,
  readWav,
} from "@myelin/data";
import { open, stat } from "node:fs/promises";
import path from "node:path";
import { describeFolder } from "./describe-folder.ts";
import type { FileDescription, FileFacts } from "./file-facts.ts";
import { unreadable } from "@myelin/data/files";

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The largest file of images that is read, after decompression. */
const MAX_BYTES = 2 ** 31;

/** As many units as there can be: a file does not say how many it has. */
const MOST_UNITS = 65_536;

const CIFAR_RECORD = 1 + 3 * 32 * 32;
/** Enough to tell formats apart: some records of CIFAR-10. */
const HEAD_BYTES = 64 * CIFAR_RECORD;

/** The beginning of a file. */
interface Head {
  readonly bytes: Uint8Array;
  readonly size: number;
}

/**
 * Format, sizes and range of a data file. Recordings of event cameras are read through in memory of fixed size.
 *
 * @throws FormatError if the format is not known or the file does not follow it, MyelinError if it cannot be read
 */
export async function describeFile(file: string): Promise<FileDescription> {
  const name = path.basename(file);
  if (await isFolder(file)) return describeFolder(file);
  const head = await readHead(file);
  if (isGzip(head.bytes) || looksLikeIdx(head.bytes) || looksLikeCifar10(head)) {
    return { facts: describeImages(await readMaybeGzip(file, { maxBytes: MAX_BYTES }), name), notes: {} };
  }
  if (isHdf5(head.bytes)) return { facts: await describeSpikes(file, name), notes: {} };
  if (head.size === 0) throw unknownFormat(head, name);
  const bytes = (): Promise<Uint8Array> => readMaybeGzip(file, { maxBytes: MAX_BYTES });
  if (isImageFile(head.bytes)) return { facts: await describePicture(await bytes(), name), notes: {} };
  if (isWav(head.bytes)) return { facts: await describeSound(await bytes(), name), notes: {} };
  if (/\.(csv|tsv)$/i.test(name)) return { facts: tableFacts(await bytes(), name), notes: {} };
  return describeEvents(file);
}

/** A recording, and beside its facts what was passed over and what is odd about its times. */
async function describeEvents(file: string): Promise<FileDescription> {
  const { info, skipped, timing } = await inspectEventFile(file);
  const some = (counts: object) => Object.entries(counts).filter(([, count]) => (count as number) > 0);
  const counts = Object.entries({ skipped, timing }).filter(([, all]) => some(all).length > 0);
  return {
    facts: { ...info },
    notes: Object.fromEntries(some({ ...skipped, ...timing })),
    counts: Object.fromEntries(counts.map(([name, all]) => [name, Object.fromEntries(some(all))])),
  };
}

async function readHead(file: string): Promise<Head> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.min(size, HEAD_BYTES));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      return { bytes: bytes.subarray(0, bytesRead), size };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new MyelinError(
      `data info: expected a readable file at ${file}, got ${unreadable(cause)}. Check the path.`,
      {
        cause,
      },
    );
  }
}

function describeImages(bytes: Uint8Array, name: string): FileFacts {
  if (looksLikeIdx(bytes)) {
    const { shape, data } = readIdx(bytes, { name });
    const type = data.constructor.name.replace("Array", "").toLowerCase();
    return { format: "idx", type, shape: [...shape], ...range(data) };
  }
  const head = { bytes, size: bytes.length };
  if (!looksLikeCifar10(head)) throw unknownFormat(head, name);
  const { images, labels, count: samples } = readCifar10(bytes, { name });
  const shape = [samples, 3, 32, 32];
  return { format: "cifar10", shape, classes: new Set(labels).size, ...range(images) };
}

async function describeSpikes(file: string, name: string): Promise<FileFacts> {
  const { count, classes, labels, offsets, unitIds, sources } = await readSpikesFile(file, {
    name,
    units: MOST_UNITS,
  });
  const { min: unitMin, max: unitMax } = range(unitIds);
  return {
    format: "hdf5 spikes",
    samples: count,
    classes: Math.max(classes, new Set(labels).size),
    spikes: offsets[count] ?? 0,
    ...{ unitMin, unitMax },
    ...(sources !== undefined && { speakers: new Set(sources).size }),
  };
}

function isWav(bytes: Uint8Array): boolean {
  return /^(RIFF|RIFX|RF64).{4}WAVE/s.test(Buffer.from(bytes.subarray(0, 16)).toString("latin1"));
}

async function describePicture(bytes: Uint8Array, name: string): Promise<FileFacts> {
  const { width, height, channels } = await decodeImage(bytes, { name });
  return { format: "picture", shape: [channels, height, width] };
}

async function describeSound(bytes: Uint8Array, name: string): Promise<FileFacts> {
  const { samples, sampleRate: rate } = await readWav(bytes, { name });
  return { format: "wav", rate, seconds: Number((samples.length / rate).toFixed(3)) };
}

function tableFacts(bytes: Uint8Array, name: string): FileFacts {
  const { rows, columns, numbers, missing, header } = describeTable(bytes, name);
  const named = header ? columns.join(", ") : `${columns.length}, without names`;
  const others = columns.filter((column) => !numbers.includes(column)).join(", ");
  return { format: "csv", rows, columns: named, notNumbers: others === "" ? "none" : others, missing };
}

function unknownFormat({ bytes, size }: Head, name: string): FormatError {
  const start = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  return new FormatError(
    `data info: expected images in IDX or CIFAR-10's format, spikes in HDF5 or a recording of an event camera, ` +
      `got ${name} (${size} bytes, beginning with 0x${start}). Other formats are not known.`,
  );
}

/** Two zero bytes, a type from 8 to 14, at least one axis. */
function looksLikeIdx([first, second, type = 0, axes = 0]: Uint8Array): boolean {
  return first === 0 && second === 0 && type >= 8 && type <= 14 && axes > 0;
}

/** Whole records of a label below ten and three planes of 32 x 32. */
function looksLikeCifar10({ bytes, size }: Head): boolean {
  if (size === 0 || size % CIFAR_RECORD !== 0) return false;
  for (let at = 0; at < bytes.length; at += CIFAR_RECORD) if ((bytes[at] ?? 0) > 9) return false;
  return true;
}

function range(values: ArrayLike<number>): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
