import { MyelinError } from "@myelin/core";
import { runTask, runWorker } from "../sweep/index.ts";
import { interruptible } from "./interrupt.ts";
import { isQueue, usualJobs } from "./place.ts";

/** Options of `myelin worker`. */
export interface WorkerFlags {
  readonly on?: string;
  readonly out: string;
  readonly jobs?: number;
  readonly idle?: number;
  readonly dataDir?: string;
  /** Of a task of Slurm: the jobs of its array, and which of them. */
  readonly jobsFile?: string;
  readonly index?: number;
}

/** `myelin worker --on nats://HOST`: trains what sweeps put into the queue there; a task of Slurm trains one job. */
export async function runWorkerCommand(flags: WorkerFlags): Promise<void> {
  const { on, out, jobs, idle, dataDir, jobsFile, index } = flags;
  const note = (text: string): void => void process.stdout.write(`${text}\n`);
  const onRequest = (): void =>
    note("Stopping: runs are saved, and others go on with them. Once more to stop at once.");
  if (jobsFile !== undefined && index !== undefined) {
    await interruptible(onRequest, (signal) => runTask(jobsFile, index, { note, signal }));
    return;
  }
  if (on === undefined || !isQueue(on)) {
    throw new MyelinError(
      `--on ${on ?? ""}: expected nats://HOST, got ${on === undefined ? "nothing" : "another place"}.`,
    );
  }
  await interruptible(onRequest, (signal) =>
    runWorker({ url: on, out, jobs: jobs ?? usualJobs(1), idle, dataDir, note, signal }),
  );
}
