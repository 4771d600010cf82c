export { runLineSchema, type RunLine, type Settings } from "./line.ts";
export { SweepLog } from "./log.ts";
export { compareValues, isKnownInEpochs, objectiveProblem, type Objective } from "./objective.ts";
export {
  bestOf,
  numberOf,
  numbersOf,
  paretoFront,
  pointsOf,
  valuesAfterEpoch,
  valuesOf,
  type Point,
  type SweepRecord,
} from "./points.ts";
export { isShare, valueText } from "./value-text.ts";
