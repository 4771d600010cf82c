/** HTML reports of training runs and studies; a module of its own because drawing them needs a plotting library. */
export { renderReport } from "./render.ts";
export { neuronPicture, renderNeuron, type NeuronRecord } from "./neuron.ts";
export { compareRuns, type ComparedGroup, type ComparedRun, renderComparison } from "./compare.ts";
export { missingOf } from "./missing.ts";
export { renderStudy, type StudyRecord, type StudyRun } from "./study.ts";
export { renderSweep } from "./sweep.ts";
export type * from "../records/index.ts";
