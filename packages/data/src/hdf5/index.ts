export { COMPRESSION_HINT, KNOWN_COMPRESSION, unknownFilter } from "./filters.ts";
export type { Hdf5File, Hdf5Library } from "./library.ts";
export { inHdf5Memory, newHdf5File } from "./memory.ts";
export { limitMemory } from "./memory-limit.ts";
export { unpackingBudget } from "../budget.ts";
export {
  checkReading,
  inspectOwnSpikes,
  readOwnSpikes,
  readSpikes,
  type ReadSpikesOptions,
} from "./read-spikes.ts";
export { inspectInThread, readInThread } from "./reading-thread.ts";
export type { SamplesOfFile } from "./spike-layout.ts";
export { emptySpikeFile } from "./template.ts";
export { fillSpikeFile } from "./write-spikes.ts";
export { isHdf5, requireWholeFile, type ReadAt } from "./superblock.ts";
