export * from "./attention/gates";
export {
  combineSelections,
  planeStatistics,
  planeStatisticsBackward,
  rankPlanes,
  selectPlanesBackward,
  sigmoid,
} from "./attention/planes";
export * from "./batch-norm";
export * from "./conv";
export { arrive, arriveValue, delayArrivals, delaySynapses } from "./delay/arrivals";
export { delayGradients, delaySpectra } from "./delay/kernel";
export * from "./delay/patches";
export { delayProducts } from "./delay/products";
export { addSeries, delaySeries, delaySeriesSynapses } from "./delay/series";
export { delayInverse, delayTransform } from "./delay/transform";
export * from "./dropout";
export {
  add,
  clamp,
  compare,
  copy,
  divide,
  exp,
  fill,
  isNonZero,
  multiply,
  relu,
  reluBackward,
  scale,
  shift,
  sqrt,
  subtract,
  tanh,
} from "./elementwise";
export * from "./encode";
export { permute, widenBytes } from "./layout";
export * from "./linear";
export * from "./loss";
export * from "./optimiser";
export * from "./pool";
export * from "./products/events";
export { continueTile, gemm, multiplyTile } from "./products/gemm";
export { packPanels, unpackPanels } from "./products/panels";
export * from "./products/quads";
export { winograd, winogradWeights } from "./products/winograd";
export * from "./reduce";
export * from "./rows";
export * from "./sparse/events";
export * from "./sparse/panels";
export * from "./time";
// Inner loops: exported so that they stay functions of their own, with all registers to themselves.
export { gather16, gather32, gather4, gatherValues16, gatherValues4 } from "./lib/gather";
export { dot } from "./lib/support";
