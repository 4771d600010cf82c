import { MyelinError } from "@myelin/core";
import type { Lock } from "@myelin/data/files";
import type { Recipe } from "../recipe/index.ts";
import { isTaken, lastFolder, numbered, RunFolder } from "./folder.ts";
import { readMetrics } from "./metrics-log.ts";
import { epochLines } from "../records/index.ts";
import { resumedRecipe, type Extension } from "./resume.ts";
import { awaitRun, holdRun, lockRun } from "./run-lock.ts";

/** Where a run goes, and whether it is a new one. */
export interface OpenOptions {
  /** runs/NAME-SEED, with a number behind it if that is taken, when absent. */
  readonly out?: string | undefined;
  readonly resume: boolean;
  /** More epochs for a run that is resumed. */
  readonly extension?: Extension | undefined;
  /** Waits for a process that is about to leave the folder. */
  readonly wait?: { readonly patience: number; readonly signal: AbortSignal } | undefined;
}

/** A folder and the recipe that is trained in it. */
export interface OpenedRun {
  readonly folder: RunFolder;
  readonly recipe: Recipe;
  /** The run of the same name and seed whose folder was taken, if this one got the next. */
  readonly before?: RunFolder | undefined;
  /** Keeps other processes out of the folder; to be released when the run ends. */
  readonly lock: Lock;
}

/**
 * The folder for a run, held for this process. A new one is made only when training begins, so that an impossible
 * recipe leaves nothing.
 *
 * @throws MyelinError if a new run would overwrite one, a resumed one differs from what is there, or another process
 * trains in the folder
 */
export async function openRun(recipe: Recipe, options: OpenOptions): Promise<OpenedRun> {
  const { out, resume, extension, wait } = options;
  if (!resume && extension !== undefined) {
    throw new MyelinError(
      "--extend: expected --resume with it, got --extend alone. A new run has as many epochs as its recipe says.",
    );
  }
  const base = `runs/${recipe.name}-${recipe.seed}`;
  if (!resume && out === undefined) return { recipe, ...(await nextFree(base)) };
  const folder = new RunFolder(out ?? (await lastFolder(base)));
  const lock = await (wait ? awaitRun(folder.path, wait.patience, wait.signal) : holdRun(folder.path));
  try {
    await checkExists(folder, resume);
    return { folder, lock, recipe: resume ? await resumed(recipe, folder, extension) : recipe };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The first of `base`, `base`-2, ... that is free: it holds no run and that nobody is about to make one in. */
async function nextFree(base: string): Promise<Pick<OpenedRun, "folder" | "lock" | "before">> {
  for (let n = 1; ; n++) {
    const place = numbered(base, n);
    if (await isTaken(place)) continue;
    const lock = await lockRun(place);
    if ("owner" in lock) continue;
    if (!(await isTaken(place))) {
      const before = n === 1 ? undefined : new RunFolder(numbered(base, n - 1));
      return { folder: new RunFolder(place), lock, before };
    }
    await lock.release();
  }
}

async function checkExists(folder: RunFolder, resume: boolean): Promise<void> {
  const exists = await folder.exists();
  if (resume && !exists) {
    throw new MyelinError(
      `--resume: expected a run in ${folder.path}, got none. Leave --resume out to begin one, or name its folder with --out.`,
    );
  }
  if (!resume && exists) {
    throw new MyelinError(
      `--out ${folder.path}: expected a folder without a run, got one. Go on with --resume, or choose another folder.`,
    );
  }
}

async function resumed(asked: Recipe, folder: RunFolder, extension: Extension | undefined): Promise<Recipe> {
  const before = await folder.recipe();
  const file = folder.file("config.yaml");
  const done = epochLines(await readMetrics(folder.file("metrics.jsonl"))).length;
  // Who resumes a run need not say again into how many parts its batches were cut.
  const cut = asked.microBatches ?? before.microBatches;
  const same = { ...asked, ...(cut !== undefined && { microBatches: cut }) };
  return resumedRecipe({ asked: same, before, done, file, extension });
}
