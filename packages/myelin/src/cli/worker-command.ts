import { MyelinError } from "@myelin/core";
import { runWorker } from "../sweep/index.ts";
import { interruptible } from "./interrupt.ts";
import { isQueue, usualJobs } from "./place.ts";

/** Options of `myelin worker`. */
export interface WorkerFlags {
  readonly on: string;
  readonly out: string;
  readonly jobs?: number;
  readonly idle?: number;
  readonly dataDir?: string;
}

/** `myelin worker --on nats://HOST`: trains what sweeps put into the queue there. */
export async function runWorkerCommand({ on, out, jobs, idle, dataDir }: WorkerFlags): Promise<void> {
  if (!isQueue(on)) throw new MyelinError(`--on ${on}: expected nats://HOST, got another place.`);
  const note = (text: string): void => void process.stdout.write(`${text}\n`);
  await interruptible(
    () => note("Stopping: runs are saved, and go to other workers. Once more to stop at once."),
    (signal) => runWorker({ url: on, out, jobs: jobs ?? usualJobs(1), idle, dataDir, note, signal }),
  );
}
