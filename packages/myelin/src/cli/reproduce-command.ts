import { MyelinError } from "@myelin/core";
import { isDeepStrictEqual } from "node:util";
import path from "node:path";
import { STUDIES, type StudyName } from "../reproduce/studies/index.ts";
import { planTrials, type Study, type Trial } from "../reproduce/study.ts";
import { differences, summarise, type Finished } from "../reproduce/summary.ts";
import { formatStudy, markdown, summaryCells } from "../reproduce/table.ts";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { RunFolder } from "../run/folder.ts";
import { readMetrics } from "../run/metrics-log.ts";
import { openRun } from "../run/open.ts";
import type { Result } from "../run/record.ts";
import { trainInterruptibly } from "./train-command.ts";
import { chooseWatcher } from "./watchers.ts";

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
  const study: Study = STUDIES[name];
  const trials = planTrials(study, flags);
  const out = flags.out ?? `runs/reproduce-${name}`;
  const finished: Finished[] = [];
  await makeFolder(out);
  for (const [index, trial] of trials.entries()) {
    const folder = `${trial.task}-${trial.variant}-${trial.seed}`;
    const place = `[${index + 1}/${trials.length}] ${name} study: ${trial.task}, ${trial.variant}, seed ${trial.seed}`;
    const result = await runTrial(trial, path.join(out, folder), place, flags);
    if (result === undefined) {
      process.stdout.write("Finished trainings are kept: the same command goes on from here.\n");
      return;
    }
    finished.push({ trial, result, folder });
    await writeStudy(study, out, finished, trials.length);
  }
  const table = markdown(summaryCells(study, summarise(study, finished)));
  process.stdout.write(
    `${table}\ntable: ${path.join(out, "table.md")}\nreport: ${path.join(out, "report.html")}\n`,
  );
}

async function runTrial(
  { recipe }: Trial,
  out: string,
  place: string,
  flags: ReproduceFlags,
): Promise<Result | undefined> {
  const folder = new RunFolder(out);
  const before = (await folder.exists()) ? await folder.recipe() : undefined;
  if (before !== undefined && before.epochs !== recipe.epochs) {
    throw new MyelinError(
      `--epochs ${recipe.epochs}: expected ${before.epochs}, as the trainings in ${path.dirname(out)} have. ` +
        "Choose another folder with --out.",
    );
  }
  const kept =
    before !== undefined && isDeepStrictEqual(before, recipe) ? await folder.result(recipe) : undefined;
  const watcher = chooseWatcher(false);
  watcher.note(`${place}${kept === undefined ? "" : ": kept"}`);
  if (kept !== undefined) return kept;
  const run = await openRun(recipe, { out, resume: before !== undefined });
  return trainInterruptibly(run.recipe, run.folder, watcher, flags).finally(() => run.lock.release());
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
