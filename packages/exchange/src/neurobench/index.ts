export { neurobenchMetrics, type NeurobenchMetrics } from "./metrics.ts";
