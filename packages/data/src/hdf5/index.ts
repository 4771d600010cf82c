export { readSpikes, spikesFrom, type ReadSpikesOptions } from "./read-spikes.ts";
export { emptySpikeFile } from "./template.ts";
export { fillSpikeFile } from "./write-spikes.ts";
export { isHdf5, requireWholeFile, type ReadAt } from "./superblock.ts";
