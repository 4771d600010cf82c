import { FormatError } from "@myelin/core";
import type { TrainerState } from "@myelin/core/training";
import { plural } from "../format.ts";
import { totalEpochs, type Recipe } from "../recipe/index.ts";
import { identityOf, type Identity } from "./identity.ts";
import type { MethodState } from "./method-watch.ts";
import type { Origin } from "./origin.ts";

/** What a checkpoint keeps for the run, beside network and optimiser. */
export interface RunState {
  readonly identity: Identity;
  readonly origin: Origin;
  readonly trainer: TrainerState;
  readonly metricsBytes: number;
  /** Training time of the epochs that have ended. */
  readonly seconds: number;
  readonly window: Totals;
  readonly methods: MethodState;
}

/** Sums of the running epoch up to the last line of metrics. */
export interface Totals {
  readonly samples: number;
  readonly loss: number;
  readonly correct: number;
}

/**
 * A checkpoint goes with the recipe that it was trained by.
 *
 * @throws FormatError if it is of another run
 */
export function requireSameRun(state: Partial<RunState> | null, recipe: Recipe): void {
  const found = state?.identity;
  const wanted = identityOf(recipe, state?.trainer ?? { epoch: 0, batch: 0 });
  if (found?.recipe === wanted.recipe) return;
  const { seed } = recipe;
  const other = found?.seed === seed ? "one of another recipe" : `one of seed ${found?.seed}`;
  throw new FormatError(
    `expected a checkpoint of the run in config.yaml (seed ${seed}), got ` +
      `${found === undefined ? "one that does not say of which run it is" : other}. It was copied from another run, or ` +
      "config.yaml was changed: put back what was there, or train anew with another --out.",
  );
}

/**
 * A checkpoint stands where its run can be, and its metrics with it.
 *
 * @param epochsLogged lines of epochs that metrics.jsonl had when it was saved
 * @throws FormatError if it does not
 */
export function requirePosition(
  { epoch, batch, step }: TrainerState,
  recipe: Recipe,
  { stepsPerEpoch, epochsLogged }: { readonly stepsPerEpoch: number; readonly epochsLogged: number },
): void {
  const steps = epoch * stepsPerEpoch + Math.ceil(batch / recipe.accumulate);
  const total = totalEpochs(recipe);
  const isPossible = epoch < total || (epoch === total && batch === 0);
  if (isPossible && step === steps && epochsLogged === epoch) return;
  throw new FormatError(
    `--resume: expected a checkpoint and a metrics.jsonl of one run of ${plural(total, "epoch")} with ` +
      `${plural(stepsPerEpoch, "step")} each, got epoch ${epoch}, batch ${batch}, step ${step} and metrics of ` +
      `${plural(epochsLogged, "epoch")}. They come from different runs: put back what was there, or train anew.`,
  );
}
