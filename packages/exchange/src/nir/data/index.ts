export { readNirData } from "./read.ts";
export type { NirEvents, NirGraphData, NirNodeData, NirTimeGrid } from "./types.ts";
export { encodeNirData } from "./write.ts";
