import { MyelinError } from "@myelin/core";
import type { Recipe } from "../recipe/index.ts";
import { freeFolder, lastFolder, RunFolder } from "./folder.ts";
import { readMetrics } from "./metrics-log.ts";
import { epochLines } from "./record.ts";
import { resumedRecipe, type Extension } from "./resume.ts";

/** Where a run goes, and whether it is a new one. */
export interface OpenOptions {
  /** runs/NAME-SEED, with a number behind it if that is taken, when absent. */
  readonly out?: string | undefined;
  readonly resume: boolean;
  /** More epochs for a run that is resumed. */
  readonly extension?: Extension | undefined;
}

/** A folder and the recipe that is trained in it. */
export interface OpenedRun {
  readonly folder: RunFolder;
  readonly recipe: Recipe;
}

/**
 * The folder for a run. A new one is made only when training begins, so that an impossible recipe leaves nothing.
 *
 * @throws MyelinError if a new run would overwrite one, or a resumed one differs from what is there
 */
export async function openRun(recipe: Recipe, { out, resume, extension }: OpenOptions): Promise<OpenedRun> {
  if (!resume && extension !== undefined) {
    throw new MyelinError(
      "--extend: expected --resume with it, got --extend alone. A new run has as many epochs as its recipe says.",
    );
  }
  const base = `runs/${recipe.name}-${recipe.seed}`;
  const folder = new RunFolder(out ?? (await (resume ? lastFolder(base) : freeFolder(base))));
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
  if (!resume) return { folder, recipe };
  const before = await folder.recipe();
  const file = folder.file("config.yaml");
  const done = epochLines(await readMetrics(folder.file("metrics.jsonl"))).length;
  return { folder, recipe: resumedRecipe({ asked: recipe, before, done, file, extension }) };
}
