import { createHash } from "node:crypto";
import { hostname } from "node:os";
import path from "node:path";
import {
  STUDIES,
  type StudyName,
  planTrials,
  type Study,
  differences,
  summarise,
  type Finished,
  formatStudy,
  markdown,
  summaryCells,
} from "../reproduce/index.ts";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { plural } from "../format.ts";
import { readMetrics } from "../run/index.ts";
import { work, type Place } from "../sweep/index.ts";
import { HerePlace } from "./here-place.ts";
import { interruptible } from "./interrupt.ts";
import { placeFor, type PlaceNeeds } from "./place.ts";
import { StudySource } from "./study-source.ts";
import { stoppingNote } from "./train-command.ts";
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
  readonly on: string;
  /** Trainings at the same time, each in a process of its own; one, in this process, when absent. */
  readonly jobs?: number;
}

/**
 * `myelin reproduce NAME`: trains every variant with every seed and writes table.md, table.json and report.html after
 * each training. Finished trainings in the folder are kept, an unfinished one goes on.
 */
export async function runStudy(name: StudyName, flags: ReproduceFlags): Promise<void> {
  const study = withBudget(STUDIES[name], flags);
  const isHere = flags.on === "local" && flags.jobs === undefined;
  const trials = planTrials(study, isHere ? flags : { ...flags, threads: flags.threads ?? 1 });
  const out = flags.out ?? `runs/reproduce-${name}`;
  await makeFolder(out);
  const watcher = chooseWatcher(false);
  await interruptible(stoppingNote(watcher), async (signal) => {
    const source = new StudySource({
      ...{ study, trials, out, dataDir: flags.dataDir },
      note: (text) => watcher.note(text),
      onFinished: (finished) => writeStudy(study, out, finished, trials.length),
    });
    const place = await placeOf(flags, watcher, { id: idOf(out), name, folder: out, signal });
    await work(source, place, { most: flags.jobs, signal });
    const { finished } = source;
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

/** Where trainings are made: this process, one after the other, unless other places are named. */
function placeOf(
  { on, jobs, threads, dataDir }: ReproduceFlags,
  watcher: CliWatcher,
  { signal, ...needs }: Omit<PlaceNeeds, "retry"> & { readonly signal: AbortSignal },
): Place | Promise<Place> {
  if (on === "local" && jobs === undefined) return new HerePlace(watcher, signal);
  const flags = { on, ...(jobs && { jobs }), ...(threads && { threads }), ...(dataDir && { dataDir }) };
  return placeFor(flags, { ...needs, retry: false })({
    progress: () => {},
    note: (text) => watcher.note(text),
  });
}

/** Names a study's folder among those of others on a server. */
function idOf(out: string): string {
  return createHash("sha256")
    .update(`${hostname()} ${path.resolve(out)}`)
    .digest("hex")
    .slice(0, 12);
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
