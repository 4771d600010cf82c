export type { SequenceBlock, SequenceDataset } from "./dataset.ts";
