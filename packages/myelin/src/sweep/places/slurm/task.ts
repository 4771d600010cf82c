/** The program of a task of an array: one job, whose result goes into the sweep's folder. */
import { MyelinError } from "@myelin/core";
import { readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { runJob } from "../run-job.ts";
import { SlurmFiles, type ArrayJobs } from "./files.ts";

/**
 * Trains a job of an array.
 *
 * @param file the jobs of the array
 * @throws MyelinError if there is no such job
 */
export async function runTask(
  file: string,
  index: number,
  { note, signal }: { readonly note: (text: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { jobs } = JSON.parse(await readFile(file, "utf8")) as ArrayJobs;
  const job = jobs[index];
  if (job === undefined) {
    throw new MyelinError(`--index ${index}: expected one of the ${jobs.length} jobs in ${file}, got none.`);
  }
  await dropForeignLock(`${job.folder}.lock`);
  const outcome = await runJob(job, { note, progress: () => {} }, signal);
  note(outcome.state === "failed" ? `failed: ${outcome.message}` : outcome.state);
  if (outcome.state === "interrupted") return;
  await new SlurmFiles(path.dirname(path.dirname(file))).writeOutcome(job, outcome);
}

/** Slurm has one task per run: a lock of another machine is of one that was lost with it. */
async function dropForeignLock(lock: string): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => "");
  const [, host] = /"host":"([^"]*)"/.exec(text) ?? [];
  if (host !== undefined && host !== hostname()) await rm(lock, { force: true });
}
