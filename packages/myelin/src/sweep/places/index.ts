/** Where trainings are made. */
export type { Following, Job, JobProgress, Outcome, Place } from "./job.ts";
export { LocalPlace } from "./local.ts";
