export { inspectSpikesFile, readSpikesFile } from "./read-spikes-file.ts";
export { writeSpikesFile } from "./write-spikes-file.ts";
