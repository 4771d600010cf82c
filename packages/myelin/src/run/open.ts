import { MyelinError } from "@myelin/core";
import { isDeepStrictEqual } from "node:util";
import type { Recipe } from "../recipe/index.ts";
import { freeFolder, lastFolder, RunFolder } from "./folder.ts";

/** Sections that may differ when a run is resumed: they do not change what was trained so far. */
const MAY_DIFFER: ReadonlySet<string> = new Set(["name", "epochs", "threads", "checkpoint", "report"]);

/** Where a run goes, and whether it is a new one. */
export interface OpenOptions {
  /** runs/NAME-SEED, with a number behind it if that is taken, when absent. */
  readonly out?: string | undefined;
  readonly resume: boolean;
}

/**
 * The folder for a run. A new one is made only when training begins, so that an impossible recipe leaves nothing.
 *
 * @throws MyelinError if a new run would overwrite one, or a resumed one differs from what is there
 */
export async function openRun(recipe: Recipe, { out, resume }: OpenOptions): Promise<RunFolder> {
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
  if (resume) checkSame(recipe, await folder.recipe(), folder);
  return folder;
}

function checkSame(recipe: Recipe, before: Recipe, folder: RunFolder): void {
  const sections = Object.keys({ ...before, ...recipe }) as (keyof Recipe)[];
  const different = sections.filter(
    (key) => !MAY_DIFFER.has(key) && !isDeepStrictEqual(recipe[key], before[key]),
  );
  if (different.length === 0) return;
  throw new MyelinError(
    `--resume: expected the recipe that ${folder.file("config.yaml")} was begun with, ` +
      `got another ${different.join(", ")}. Train the new recipe in another folder.`,
  );
}
