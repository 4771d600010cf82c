export type { Hdf5File, Hdf5Library } from "./library.ts";
export { inHdf5Memory, newHdf5File } from "./memory.ts";
export { limitMemory } from "./memory-limit.ts";
export { unpackingBudget } from "../budget.ts";
export { checkReading, readOwnSpikes, readSpikes, type ReadSpikesOptions } from "./read-spikes.ts";
export { readInThread } from "./reading-thread.ts";
export { emptySpikeFile } from "./template.ts";
export { fillSpikeFile } from "./write-spikes.ts";
export { isHdf5, requireWholeFile, type ReadAt } from "./superblock.ts";
