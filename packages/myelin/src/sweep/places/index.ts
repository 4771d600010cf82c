/** Where trainings are made. */
export type { Following, Job, JobProgress, Outcome, Place } from "./job.ts";
export { LocalPlace } from "./local.ts";
export { NatsPlace, runWorker, type NatsOptions, type WorkerOptions } from "./nats/index.ts";
export { runTask, SlurmPlace, type SlurmOptions } from "./slurm/index.ts";
