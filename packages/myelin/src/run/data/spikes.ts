import {
  loadSpikes,
  spikeSequences,
  type SequenceDataset,
  type SpikeSequenceOptions,
  type SplitWithValidation,
} from "@myelin/data";
import type { SpikeDataRecipe } from "../../recipe/index.ts";

/** Spike trains that have a name. */
export type NamedSpikes = Exclude<SpikeDataRecipe, { readonly path: string }>;

/** The spike trains that a recipe names, in time steps. */
export async function loadSpikeSequences(
  recipe: NamedSpikes,
  split: SplitWithValidation,
  dataDir: string | undefined,
): Promise<SequenceDataset> {
  return spikeSequences(await loadSpikes(recipe.name, { split, dataDir }), binning(recipe));
}

/** How the spike trains of a recipe become time steps, and how training samples are changed. */
export function binning({
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
