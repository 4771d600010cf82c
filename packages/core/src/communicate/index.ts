export { ALONE, type Communicator, type SumPlan } from "./communicator.ts";
export { connectRanks, type RankPort } from "./in-process.ts";
export { PartSums } from "./part-sums.ts";
export { type Exchange, sumBy } from "./sum.ts";
export { addTo, additionsAfter, ownParts } from "./tree.ts";
