import { countActivity, energyEstimate } from "@myelin/core";
import type { StopSignal } from "@myelin/core/training";
import type { Model } from "../model/index.ts";
import type { ActivityRecord, EnergyRecord } from "../records/index.ts";
import { evaluationBatches, type Samples } from "./data/index.ts";

/** Spikes and operations settle quickly: more samples than this are not counted. */
const SAMPLES = 1000;

/**
 * Counts what a network does for the samples of a test set, or for some of them from everywhere.
 *
 * @param signal stops after the running batch; the samples from there on are left out
 */
export async function recordActivity(
  { network, encode, recipe }: Model,
  all: Samples,
  signal?: StopSignal,
): Promise<ActivityRecord> {
  const count = Math.min(SAMPLES, all.count);
  const some = all.select(
    Array.from({ length: count }, (_, index) => Math.floor((index * all.count) / count)),
  );
  const counted = await countActivity(network, evaluationBatches(some, recipe.batchSize), {
    encode,
    signal,
  });
  const { spikes, nasfr, dense, mac, ac, samples } = counted;
  const energy = energyEstimate(counted);
  return {
    ...{ samples, spikes, nasfr, dense, mac, ac },
    energy: { spiking: shares(energy.spiking), dense: shares(energy.dense) },
    energyNotes: [...energy.assumptions, ...energy.limits],
  };
}

function shares({ operations, neurons, memory, total }: EnergyRecord): EnergyRecord {
  return { operations, neurons, memory, total };
}
