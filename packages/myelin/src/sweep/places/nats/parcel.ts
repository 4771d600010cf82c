/** Jobs and results as messages: with the files that a machine without a shared disk lacks. */
import { addFolder, isThere, makeFolder, replaceFile, writeInside } from "@myelin/data/files";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Job, Outcome } from "../job.ts";

/** A file in a message: its path in its folder, its bytes as gzip in base64. */
interface PackedFile {
  readonly name: string;
  readonly bytes: string;
}

/** A job on its way to a worker. */
export interface JobParcel {
  readonly sweep: string;
  readonly job: Job;
  /** The plugins of the recipe, in its order. */
  readonly plugins: readonly PackedFile[];
}

/** What came of a job, on its way back. */
export interface ResultParcel {
  readonly run: string;
  readonly until?: number | undefined;
  readonly outcome: Outcome;
  /** Files of the run folder, as many as fit. */
  readonly files: readonly PackedFile[];
}

/** Room for what stands around the files. */
const AROUND = 4096;
/** What is wanted of a run, the most important first. */
const WANTED = [
  "config.yaml",
  "task.json",
  "metrics.jsonl",
  "metrics.csv",
  "result.json",
  "network.myelin",
  "report.html",
];
const NAME = /^[\w.-]+(\/[\w.-]+)*$/;

/** The end of the subject of a job and its result. */
export function subjectOf(sweep: string, { run, until }: Pick<Job, "run" | "until">): string {
  return `${sweep}.${run}.${until ?? "end"}`;
}

/** Packs a job; its folder and data are the worker's own. */
export async function packJob(sweep: string, job: Job): Promise<JobParcel> {
  const files = job.recipe.plugins ?? [];
  const plugins = await Promise.all(
    files.map(async (file) => ({ name: path.basename(file), bytes: packed(await readFile(file)) })),
  );
  return { sweep, plugins, job: { ...job, dataDir: undefined } };
}

/** Puts the plugins of a job into a folder of the worker, and says the job as it is done there. */
export async function unpackJob({ sweep, job, plugins }: JobParcel, out: string): Promise<Job> {
  const folder = path.resolve(out, sweep);
  const places = await Promise.all(
    plugins.map(async ({ name, bytes }, i) => {
      const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
      const place = path.join(folder, "plugins", `${i}-${hash}`);
      await makeFolder(place);
      const file = path.join(place, path.basename(name));
      await replaceFile(file, gunzipSync(Buffer.from(bytes, "base64")));
      return file;
    }),
  );
  const recipe = { ...job.recipe, ...(places.length > 0 && { plugins: places }) };
  return { ...job, recipe, folder: path.join(folder, path.basename(job.run)) };
}

/**
 * Packs what came of a job, with what the sweep keeps of a run: of one that goes on later, its checkpoint.
 *
 * @param most bytes of the message
 */
export async function packResult(
  { run, until, folder }: Job,
  outcome: Outcome,
  most: number,
): Promise<ResultParcel> {
  const names =
    outcome.state === "paused" ? [...WANTED.slice(0, 3), ...(await checkpointOf(folder))] : WANTED;
  let room = most - AROUND - JSON.stringify(outcome).length;
  const files: PackedFile[] = [];
  for (const name of names) {
    const contents = await readFile(path.join(folder, name)).catch(() => undefined);
    if (contents === undefined) continue;
    const file = { name, bytes: packed(contents) };
    const size = JSON.stringify(file).length + 1;
    // A checkpoint without one of its files is none.
    if (size > room && outcome.state === "paused") return { run, until, outcome, files: [] };
    if (size > room) continue;
    room -= size;
    files.push(file);
  }
  return { run, until, outcome, files };
}

/** Puts the files of a run into its folder, which appears as a whole unless it is there. */
export async function unpackRun({ files }: ResultParcel, folder: string): Promise<void> {
  const sound = files.filter(({ name }) => NAME.test(name) && !name.split("/").includes(".."));
  if (sound.length === 0) return;
  if (await isThere(folder)) {
    for (const { name, bytes } of sound.filter((file) => !file.name.includes("/"))) {
      await replaceFile(path.join(folder, name), gunzipSync(Buffer.from(bytes, "base64")));
    }
    return;
  }
  await makeFolder(path.dirname(folder));
  await addFolder(folder, async (aside) => {
    for (const { name, bytes } of sound) {
      await makeFolder(path.join(aside, path.dirname(name)));
      await writeInside(path.join(aside, name), gunzipSync(Buffer.from(bytes, "base64")));
    }
  });
}

/** The files of the newest checkpoint. */
async function checkpointOf(folder: string): Promise<string[]> {
  const pointer = "checkpoints/LATEST";
  const newest = await readFile(path.join(folder, pointer), "utf8").catch(() => "");
  const place = `checkpoints/${newest.trim()}`;
  const names = newest === "" ? [] : await readdir(path.join(folder, place));
  return newest === "" ? [] : [pointer, ...names.map((name) => `${place}/${name}`)];
}

function packed(contents: Uint8Array): string {
  return gzipSync(contents).toString("base64");
}
