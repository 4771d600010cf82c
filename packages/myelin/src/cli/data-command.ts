import { FormatError } from "@myelin/core";
import {
  getDataset,
  listDatasets,
  readCifar10,
  readIdx,
  readMaybeGzip,
  type DatasetInfo,
  type DownloadProgress,
} from "@myelin/data";
import path from "node:path";
import { count, percent } from "./format.ts";

/** Options of the `myelin data` commands. */
export interface DataFlags {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly mirror?: readonly string[];
}

/** The largest file that `data info` reads, after decompression. */
const MAX_BYTES = 2 ** 31;

/** `myelin data list`: every data set with a name, and where it is. */
export async function listData({ json = false, dataDir }: DataFlags): Promise<void> {
  for (const set of await listDatasets({ dataDir })) {
    const place = set.folder ?? `not here; get it with: npx myelin data get ${set.name}`;
    const text = json
      ? JSON.stringify({ ...set, folder: set.folder ?? null })
      : `${set.name.padEnd(14)} ${count(set.trainCount)} + ${count(set.testCount)} ${describeSamples(set)}   ${place}`;
    process.stdout.write(`${text}\n`);
  }
}

/** What the samples of a data set are, for a list. */
function describeSamples(set: DatasetInfo): string {
  switch (set.kind) {
    case "images":
      return `images of ${set.channels} x ${set.height} x ${set.width}`;
    case "spikes":
      return `spike trains of ${set.units} units`;
    case "events":
      return `event recordings of ${set.width} x ${set.height}`;
  }
}

/** `myelin data get NAME`: downloads, checks and keeps a data set. */
export async function getData(name: string, { dataDir, mirror = [] }: DataFlags): Promise<void> {
  const folder = await getDataset(name, {
    dataDir,
    ...(mirror.length > 0 && { mirrors: mirror }),
    onProgress: progressPrinter(),
  });
  process.stdout.write(`${name} is in ${folder}\n`);
}

/** Tells every tenth of a file, or every 10 MB when the length is not known. */
function progressPrinter(): (progress: DownloadProgress) => void {
  let last = "";
  return ({ file, received, total }) => {
    const step = total === undefined ? Math.floor(received / 1e7) : Math.floor((10 * received) / total);
    const mark = `${file} ${step}`;
    if (mark === last) return;
    last = mark;
    const share = total === undefined ? "" : ` (${percent(received / total)})`;
    process.stdout.write(`${file}: ${(received / 1e6).toFixed(1)} MB${share}\n`);
  };
}

/** `myelin data info FILE`: format, sizes and range of what is in a file. */
export async function dataInfo(file: string, { json = false }: DataFlags): Promise<void> {
  const bytes = await readMaybeGzip(file, { maxBytes: MAX_BYTES });
  const info = describeBytes(bytes, path.basename(file));
  const lines = Object.entries(info).map(([key, value]) => `${key}: ${[value].flat().join(" x ")}`);
  process.stdout.write(json ? `${JSON.stringify(info)}\n` : `${lines.join("\n")}\n`);
}

/** Facts about a data file, ready to be printed. */
type FileInfo = Readonly<Record<string, string | number | number[]>>;

function describeBytes(bytes: Uint8Array, name: string): FileInfo {
  if (looksLikeIdx(bytes)) {
    const { shape, data } = readIdx(bytes, { name });
    return {
      format: "idx",
      type: data.constructor.name.replace("Array", "").toLowerCase(),
      shape: [...shape],
      ...range(data),
    };
  }
  if (looksLikeCifar10(bytes)) {
    const { images, labels, count: samples } = readCifar10(bytes, { name });
    return {
      format: "cifar10",
      shape: [samples, 3, 32, 32],
      classes: new Set(labels).size,
      ...range(images),
    };
  }
  const start = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  throw new FormatError(
    `data info: expected an IDX or CIFAR-10 binary file, got ${name} (${bytes.length} bytes, beginning with 0x${start}). ` +
      "Other formats are not known.",
  );
}

/** Two zero bytes, a type from 8 to 14, at least one axis. */
function looksLikeIdx([first, second, type = 0, axes = 0]: Uint8Array): boolean {
  return first === 0 && second === 0 && type >= 8 && type <= 14 && axes > 0;
}

/** Whole records of a label and three planes of 32 x 32. */
function looksLikeCifar10(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length % 3073 === 0;
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
