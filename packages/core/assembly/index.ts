export * from "./alif";
export * from "./attention-gates";
export * from "./attention-planes";
export { arrive, delayArrivals, delaySynapses } from "./delay-arrivals";
export { clampPositions, delayGradients, delaySpectra } from "./delay-kernel";
export { delayPatches, delayPatchesBackward } from "./delay-patches";
export { delayProducts } from "./delay-products";
export { addSeries, delaySeries, delaySeriesSynapses } from "./delay-series";
export { delayInverse, delayTransform } from "./delay-transform";
export {
  add,
  copy,
  countNonZero,
  countOutside,
  fill,
  multiply,
  scale,
  sumElements,
  sumOfSquares,
  updateRunning,
} from "./elementwise";
export * from "./encode";
export * from "./event-patches";
export * from "./event-products";
export * from "./events";
export * from "./gemm";
export * from "./integrator";
export * from "./loss";
export * from "./neuron";
export * from "./norm";
export * from "./optim";
export { packPanels, permute, unpackPanels } from "./permute";
export * from "./pool";
export * from "./quads";
export * from "./random";
export * from "./rows";
export * from "./sampled";
export * from "./sparse";
export * from "./sparse-events";
export * from "./time";
export * from "./winograd";
// Inner loops: exported so that they stay functions of their own, with all registers to themselves.
export { gather16, gather32, gather4, gatherValues16, gatherValues4 } from "./gather";
