export type { SequenceBlock, SequenceDataset } from "./dataset.ts";
export { splitBySource, splitSequences, type SequenceSplit } from "./split.ts";
