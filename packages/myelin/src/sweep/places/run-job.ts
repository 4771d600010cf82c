/** Trains one job in this process. */
import { MyelinError, onWarning } from "@myelin/core";
import { hostname } from "node:os";
import { drawReport } from "../../draw-report.ts";
import { describeError } from "../../format.ts";
import { loadPlugin, PluginProblem } from "../../plugins/index.ts";
import { totalEpochs, type Recipe } from "../../recipe/index.ts";
import { epochLines, type EpochMetrics } from "../../records/index.ts";
import { openRun, readMetrics, RunFolder, train, type Watcher } from "../../run/index.ts";
import type { Following, Job, Outcome } from "./job.ts";

/** How long a process that lost its sweep may need to save a run, before another goes on with it. */
const PATIENCE_MS = 60_000;
/** How often progress is told. */
const TELL_MS = 200;

/** Who trains here, for the records. */
export function workerName(): string {
  return `${hostname()}-${process.pid}`;
}

/** Trains a job, or goes on with it; what goes wrong is its outcome. */
export async function runJob(job: Job, following: Following, signal: AbortSignal): Promise<Outcome> {
  const before = onWarning((message) => following.note(`warning: ${message}`));
  try {
    return await trainJob(job, following, signal);
  } catch (error) {
    if (signal.aborted) return { state: "interrupted" };
    const isForeseen = error instanceof MyelinError || error instanceof PluginProblem;
    const unexpected = isForeseen ? "" : "unexpected: ";
    return { state: "failed", message: `${unexpected}${describeError(error)}`, worker: workerName() };
  } finally {
    onWarning(before);
  }
}

async function trainJob(job: Job, following: Following, signal: AbortSignal): Promise<Outcome> {
  const { folder: out, until, dataDir } = job;
  // A recipe that is sent is checked already, but its plugins are known only where they were loaded.
  for (const plugin of job.recipe.plugins ?? []) await loadPlugin(plugin);
  const resume = await new RunFolder(out).exists();
  const run = await openRun(job.recipe, { out, resume, wait: { patience: PATIENCE_MS, signal } });
  const { recipe, folder } = run;
  try {
    const known = resume ? await doneBefore(folder, recipe, until) : undefined;
    if (known !== undefined) return known;
    const rung = new AbortController();
    const watcher = watch(job, following, () => rung.abort());
    const result = await train({
      recipe,
      folder,
      dataDir,
      watcher,
      signal: AbortSignal.any([signal, rung.signal]),
    });
    if (result === undefined) {
      return (until !== undefined && (await pausedAt(folder, until))) || { state: "interrupted" };
    }
    if (job.report === true) await drawReport(folder);
    return { state: "finished", result, worker: workerName() };
  } finally {
    await run.lock.release();
  }
}

/** What an earlier process has trained already. */
async function doneBefore(
  folder: RunFolder,
  recipe: Recipe,
  until: number | undefined,
): Promise<Outcome | undefined> {
  if (until !== undefined) return pausedAt(folder, until);
  const result = await folder.result(recipe);
  return result && { state: "finished", result, worker: workerName() };
}

/** The end of an epoch, if the run has got so far and it is saved. */
async function pausedAt(folder: RunFolder, until: number): Promise<Outcome | undefined> {
  const lines = epochLines(await readMetrics(folder.file("metrics.jsonl")));
  const line = lines.find(({ epoch }) => epoch === until);
  return line && { state: "paused", line, worker: workerName() };
}

function watch({ run, until }: Job, following: Following, onRung: () => void): Watcher {
  let steps = 1;
  let epochs = 1;
  let told = 0;
  return {
    start: ({ recipe, stepsPerEpoch }) => {
      epochs = until ?? totalEpochs(recipe);
      steps = epochs * stepsPerEpoch;
    },
    batch: ({ step, epoch }) => {
      if (Date.now() - told < TELL_MS) return;
      told = Date.now();
      following.progress(run, { share: Math.min(1, step / steps), epoch: epoch + 1, epochs });
    },
    epoch: ({ epoch }: EpochMetrics) => {
      if (epoch === until) onRung();
    },
  };
}
