/** Many trainings: the space of a sweep, its search, where it is trained and what came of it. */
export {
  LocalPlace,
  NatsPlace,
  runTask,
  runWorker,
  SlurmPlace,
  type Following,
  type Job,
  type JobProgress,
  type Outcome,
  type Place,
} from "./places/index.ts";
export { openSweep, runSweep, work, type Source, type SweepWatcher } from "./queue/index.ts";
export { bestOf, pointsOf, type RunLine, valueText } from "./results/index.ts";
export { loadSweep, type Sweep } from "./space/index.ts";
