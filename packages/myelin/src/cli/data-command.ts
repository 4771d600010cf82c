import { getDataset, listDatasets, type DownloadProgress } from "@myelin/data";
import { datasetLine } from "./dataset-line.ts";
import { describeFile } from "./describe-file.ts";
import type { FileFacts } from "./file-facts.ts";
import { percent } from "../format.ts";
import { interruptible } from "./interrupt.ts";
import { Progress } from "./progress.ts";

/** Options of the `myelin data` commands. */
export interface DataFlags {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly mirror?: readonly string[];
}

/** `myelin data list`: every data set with a name, what it holds, how much of it is here and where. */
export async function listData({ json = false, dataDir }: DataFlags): Promise<void> {
  for (const set of await listDatasets({ dataDir })) {
    const text = json ? JSON.stringify(set, (_, value: unknown) => value ?? null) : datasetLine(set);
    process.stdout.write(`${text}\n`);
  }
}

/** `myelin data get NAME`: downloads, checks and keeps a data set, or makes one that is made of another. */
export async function getData(name: string, { dataDir, mirror = [] }: DataFlags): Promise<void> {
  const making = new Progress();
  const folder = await interruptible(sayStopping, (signal) =>
    getDataset(name, {
      ...{ dataDir, signal },
      ...(mirror.length > 0 && { mirrors: mirror }),
      onProgress: progressPrinter(),
      onRecording: ({ split, done, total }) => making.update(`${name} ${split}`, done, total),
    }).finally(() => making.stop()),
  );
  const text =
    folder === undefined ? "Stopped: the same command goes on from here." : `${name} is in ${folder}`;
  process.stdout.write(`${text}\n`);
}

/** What is said to whoever asks work on data to stop. */
export function sayStopping(): void {
  process.stderr.write("Stopping; once more to stop at once.\n");
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

/** `myelin data info FILE`: what is in a data file; with `json`, one object on one line. */
export async function dataInfo(file: string, { json = false }: DataFlags): Promise<void> {
  const { facts, notes, counts } = await describeFile(file);
  const text = json
    ? JSON.stringify({ ...facts, ...counts })
    : Object.entries({ ...facts, ...notes })
        .map(factText)
        .join("\n");
  process.stdout.write(`${text}\n`);
}

/** A shape reads 2 x 28 x 28, anything else as it is. */
function factText([key, value]: [string, FileFacts[string]]): string {
  if (key === "shape") return `shape: ${[value].flat().join(" x ")}`;
  return `${key}: ${value === null ? "-" : [value].flat().join(", ")}`;
}
