export { readStateDict, type ReadStateDictOptions } from "./read-weights.ts";
export type { StateDict } from "./state-dict.ts";
export { encodeStateDict } from "./write.ts";
