export { describeNetwork, type NetworkTask } from "./describe.ts";
export { encoderDescription } from "./encode.ts";
export { buildObjective, type Objective, scoreReading } from "./loss.ts";
export { buildModel, type Model } from "./model.ts";
export { neuronChoice, readNeuronParameters, spikingLayers } from "./neurons.ts";
export { buildOptimizer, parameterGroups } from "./optimizer.ts";
export { buildSchedule, type PlannedRates, type TrainingLength } from "./schedule.ts";
export { buildEvolution, restoreEvolution, type AnyEvolution } from "./structure.ts";
