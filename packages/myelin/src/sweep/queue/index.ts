/** Runs sweeps and other lists of trainings. */
export { openSweep, type SweepFolder } from "./folder.ts";
export { runSweep, type SweepOptions, type SweepWatcher } from "./run-sweep.ts";
export { work, type Source } from "./work.ts";
