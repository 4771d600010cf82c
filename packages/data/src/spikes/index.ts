export {
  selectSpikes,
  spikeDataset,
  type SpikeDataset,
  type SpikeDatasetParts,
  type SpikeTimes,
} from "./dataset.ts";
