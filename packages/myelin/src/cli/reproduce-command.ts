import { MyelinError } from "@myelin/core";
import { isDeepStrictEqual } from "node:util";
import path from "node:path";
import {
  STUDIES,
  type StudyName,
  planTrials,
  type Study,
  type Trial,
  differences,
  summarise,
  type Finished,
  formatStudy,
  markdown,
  summaryCells,
} from "../reproduce/index.ts";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { plural } from "../format.ts";
import type { Recipe } from "../recipe/index.ts";
import { RunFolder, readMetrics, openRun } from "../run/index.ts";
import type { Result } from "../records/index.ts";
import { interruptible } from "./interrupt.ts";
import { stoppingNote, trainAndReport } from "./train-command.ts";
import { chooseWatcher, type CliWatcher } from "./watchers.ts";

/** Options of `myelin reproduce`. */
export interface ReproduceFlags {
  readonly seeds: number;
  readonly data?: readonly string[];
  readonly only?: readonly string[];
  readonly epochs?: number;
  readonly limit?: number;
  /** runs/reproduce-NAME when absent. */
  readonly out?: string;
  readonly threads?: number;
  readonly dataDir?: string;
}

/**
 * `myelin reproduce NAME`: trains every variant with every seed and writes table.md, table.json and report.html after
 * each training. Finished trainings in the folder are kept, an unfinished one goes on.
 */
export async function runStudy(name: StudyName, flags: ReproduceFlags): Promise<void> {
  const study = withBudget(STUDIES[name], flags);
  const trials = planTrials(study, flags);
  const out = flags.out ?? `runs/reproduce-${name}`;
  await makeFolder(out);
  const watcher = chooseWatcher(false);
  await interruptible(stoppingNote(watcher), async (signal) => {
    const finished = await runTrials(study, trials, { ...flags, out, watcher, signal });
    if (finished.length < trials.length) {
      watcher.note("Finished trainings are kept: the same command goes on from here.");
      return;
    }
    const table = markdown(summaryCells(study, summarise(study, finished)));
    watcher.note(`${table}\ntable: ${path.join(out, "table.md")}\nreport: ${path.join(out, "report.html")}`);
  });
}

/** The study, saying what it is trained with where that is not its own budget. */
function withBudget(study: Study, { epochs, limit, seeds }: ReproduceFlags): Study {
  if (epochs === undefined && limit === undefined) return study;
  const parts = [
    epochs === undefined ? [] : [plural(epochs, "epoch")],
    limit === undefined ? [] : [`at most ${plural(limit, "sample")} of each set`],
    [plural(seeds, "seed")],
  ];
  return {
    ...study,
    budget: `Tried out here with ${parts.flat().join(", ")}. The whole study: ${study.budget}`,
  };
}

/** What all trainings of a study share. */
interface StudyRun extends ReproduceFlags {
  readonly out: string;
  readonly watcher: CliWatcher;
  readonly signal: AbortSignal;
}

/** @returns what is finished: all of them, unless it was asked to stop */
async function runTrials(study: Study, trials: readonly Trial[], run: StudyRun): Promise<Finished[]> {
  const finished: Finished[] = [];
  for (const [index, trial] of trials.entries()) {
    const folder = `${trial.task}-${trial.variant}-${trial.seed}`;
    if (run.signal.aborted) break;
    const place = `[${index + 1}/${trials.length}] ${study.name} study: ${trial.task}, ${trial.variant}, seed ${trial.seed}`;
    const result = await runTrial(trial, path.join(run.out, folder), place, run);
    if (result === undefined) break;
    finished.push({ trial, result, folder });
    await writeStudy(study, run.out, finished, trials.length);
  }
  return finished;
}

async function runTrial(
  { recipe }: Trial,
  out: string,
  place: string,
  study: StudyRun,
): Promise<Result | undefined> {
  const folder = new RunFolder(out);
  const before = (await folder.exists()) ? await folder.recipe() : undefined;
  if (before !== undefined && before.epochs !== recipe.epochs) {
    throw new MyelinError(
      `--epochs ${recipe.epochs}: expected ${before.epochs}, as the trainings in ${path.dirname(out)} have. ` +
        "Choose another folder with --out.",
    );
  }
  if (before !== undefined && limitOf(before) !== limitOf(recipe)) {
    throw new MyelinError(
      `--limit: expected ${limitOf(before)}, as the trainings in ${path.dirname(out)} have, got ${limitOf(recipe)}. ` +
        "Say the same, or choose another folder with --out.",
    );
  }
  const kept =
    before !== undefined && isDeepStrictEqual(before, recipe) ? await folder.result(recipe) : undefined;
  const { watcher } = study;
  watcher.note(`${place}${kept === undefined ? "" : ": kept"}`);
  if (kept !== undefined) return kept;
  const run = await openRun(recipe, { out, resume: before !== undefined });
  return trainAndReport(run.recipe, run.folder, watcher, study).finally(() => run.lock.release());
}

function limitOf({ data }: Recipe): string {
  return data.limit === undefined ? "no limit" : plural(data.limit, "sample");
}

async function writeStudy(
  study: Study,
  out: string,
  finished: readonly Finished[],
  planned: number,
): Promise<void> {
  const summaries = summarise(study, finished);
  const found = differences(study, summaries);
  const runs = finished.map(({ trial: { task, variant }, folder, result }) => ({
    ...{ task, variant, folder },
    ...result,
  }));
  const json = JSON.stringify({ study: study.name, summaries, differences: found, runs }, undefined, 2);
  await replaceFile(path.join(out, "table.json"), `${json}\n`);
  await replaceFile(path.join(out, "table.md"), formatStudy(study, summaries, found));
  const { renderStudy } = await import("../report/index.ts");
  const withCurves = await Promise.all(
    finished.map(async (entry) => ({
      ...entry,
      metrics: await readMetrics(path.join(out, entry.folder, "metrics.jsonl")),
    })),
  );
  await replaceFile(path.join(out, "report.html"), renderStudy({ study, planned, runs: withCurves }));
}
