/** Trainings on a cluster with Slurm. */
export { SlurmPlace, type SlurmOptions } from "./place.ts";
export { runTask } from "./task.ts";
