import {
  loadSpikes,
  spikeSequences,
  type SequenceDataset,
  type SpikeSequenceOptions,
  type SplitWithValidation,
} from "@myelin/data";
import type { SpikeDataRecipe } from "../../recipe/index.ts";

/** The spike trains that a recipe names, in time steps. */
export async function loadSpikeSequences(
  recipe: SpikeDataRecipe,
  split: SplitWithValidation,
  dataDir: string | undefined,
): Promise<SequenceDataset> {
  return spikeSequences(await loadSpikes(recipe.name, { split, dataDir }), binning(recipe));
}

function binning({
  timeStep,
  pool,
  maxTime,
  origin,
  padding,
  augment,
}: SpikeDataRecipe): SpikeSequenceOptions {
  const { warp, masks, cutMix } = augment;
  return {
    frameMs: timeStep,
    pool,
    origin,
    padding,
    ...(maxTime !== undefined && { maxDurationMs: maxTime }),
    ...(warp && { warp }),
    ...(cutMix && { cutMix }),
    ...(masks && {
      masks: {
        probability: masks.probability,
        timeMaskSize: masks.timeMaskSize,
        ...(masks.inputMaskSize !== undefined && { inputMaskSize: masks.inputMaskSize }),
      },
    }),
  };
}
