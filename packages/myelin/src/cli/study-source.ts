/** The trainings of a study, for the queue that makes them. */
import { MyelinError } from "@myelin/core";
import { isDeepStrictEqual } from "node:util";
import path from "node:path";
import { plural } from "../format.ts";
import type { Recipe } from "../recipe/index.ts";
import type { Result } from "../records/index.ts";
import type { Finished, Study, Trial } from "../reproduce/index.ts";
import { RunFolder, settingsHash } from "../run/index.ts";
import type { Job, Outcome, Source } from "../sweep/index.ts";

/** What all trainings of a study share. */
export interface StudyOptions {
  readonly study: Study;
  readonly trials: readonly Trial[];
  /** The folder of the study. */
  readonly out: string;
  readonly dataDir?: string | undefined;
  readonly note: (text: string) => void;
  /** Told after each training of all that have ended, in the order of the study. */
  readonly onFinished: (finished: readonly Finished[]) => Promise<void>;
}

/** Gives trials out in order; what has ended in an earlier process is kept. */
export class StudySource implements Source<number> {
  readonly #options: StudyOptions;
  readonly #results = new Map<number, Result>();
  #next = 0;

  constructor(options: StudyOptions) {
    this.#options = options;
  }

  /** What has ended so far. */
  get finished(): Finished[] {
    return this.#options.trials.flatMap((trial, i) => {
      const result = this.#results.get(i);
      return result === undefined ? [] : [{ trial, result, folder: folderOf(trial) }];
    });
  }

  next(): Promise<number | undefined> {
    const index = this.#next++;
    return Promise.resolve(index < this.#options.trials.length ? index : undefined);
  }

  async job(index: number): Promise<Job | Outcome> {
    const { study, trials, out, dataDir, note } = this.#options;
    const trial = trials[index]!;
    const folder = path.join(out, folderOf(trial));
    const result = await keptResult(trial.recipe, folder);
    const place = `[${index + 1}/${trials.length}] ${study.name} study: ${trial.task}, ${trial.variant}, seed ${trial.seed}`;
    note(`${place}${result === undefined ? "" : ": kept"}`);
    if (result !== undefined) return { state: "finished", result, worker: "before" };
    return { run: settingsHash(trial.recipe), recipe: trial.recipe, folder, dataDir, report: true };
  }

  async settle(index: number, outcome: Outcome): Promise<void> {
    if (outcome.state === "failed") throw new MyelinError(outcome.message);
    if (outcome.state !== "finished") return;
    this.#results.set(index, outcome.result);
    await this.#options.onFinished(this.finished);
  }
}

function folderOf({ task, variant, seed }: Trial): string {
  return `${task}-${variant}-${seed}`;
}

/**
 * The result of a training that has ended in an earlier process.
 *
 * @throws MyelinError if the folder holds a training of another budget
 */
async function keptResult(recipe: Recipe, out: string): Promise<Result | undefined> {
  const folder = new RunFolder(out);
  if (!(await folder.exists())) return undefined;
  const before = await folder.recipe();
  if (before.epochs !== recipe.epochs) {
    throw new MyelinError(
      `--epochs ${recipe.epochs}: expected ${before.epochs}, as the trainings in ${path.dirname(out)} have. ` +
        "Choose another folder with --out.",
    );
  }
  if (limitOf(before) !== limitOf(recipe)) {
    throw new MyelinError(
      `--limit: expected ${limitOf(before)}, as the trainings in ${path.dirname(out)} have, got ${limitOf(recipe)}. ` +
        "Say the same, or choose another folder with --out.",
    );
  }
  // How many threads it had changes no bit of it.
  const isSame = isDeepStrictEqual({ ...before, threads: 0 }, { ...recipe, threads: 0 });
  return isSame ? folder.result(before) : undefined;
}

function limitOf({ data }: Recipe): string {
  return data.limit === undefined ? "no limit" : plural(data.limit, "sample");
}
