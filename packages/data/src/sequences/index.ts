export {
  checkSequences,
  PADDING_MODES,
  type PaddingMode,
  type SequenceBlock,
  type SequenceDataset,
} from "./dataset.ts";
export { splitBySource, splitSequences, type SequenceSplit } from "./split.ts";
