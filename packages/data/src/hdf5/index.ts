export { readSpikes, spikesFrom, type ReadSpikesOptions } from "./read-spikes.ts";
