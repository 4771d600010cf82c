/** What a training may do without an error though nothing good comes of it. */
import { listNames } from "../checks.ts";
import { TrainingError } from "../errors.ts";
import { warn } from "../warnings.ts";
import type { FiringRates } from "./tally.ts";

/** A loss beyond this, or so many times the first one, is no longer of use. */
const [LARGE_LOSS, GROWTH] = [1e6, 1e3];

/** Warns of layers without a single spike. Behind silence nothing learns, least of all with KLIF, whose ReLU has no slope at a potential of 0. */
export function warnOfSilence(rates: FiringRates | undefined): void {
  const silent = Object.entries(rates?.layers ?? {}).flatMap(([name, rate]) => (rate === 0 ? [name] : []));
  if (silent.length === 0) return;
  warn(
    `Trainer: expected spikes from every layer, got none from ${listNames(silent)}. Layers behind silence learn little or ` +
      "nothing: begin with initFiring (init: { firing: 0.1 } in a recipe), strengthen their input (decayInput: false, larger weights or inputs), or lower vThreshold.",
  );
}

/** Counts steps without any gradient though there is a loss: weights that get none stay as they are, for ever. */
export class DeadEndWatch {
  readonly #limit: number;
  #steps = 0;

  /** @param limit so many steps in a row are one too many; false for any number */
  constructor(limit: number | false) {
    this.#limit = limit === false ? Infinity : limit;
  }

  /** Whether training has come to a dead end with this step. */
  sees({ loss, gradNorm }: { readonly loss: number; readonly gradNorm: number }): boolean {
    this.#steps = gradNorm === 0 && loss !== 0 ? this.#steps + 1 : 0;
    return this.#steps >= this.#limit;
  }
}

/**
 * What to say where every gradient is 0.
 *
 * @param rates of the batch with which training ends
 * @param where the batch, for the message
 */
export function deadEnd(rates: FiringRates | undefined, where: string): TrainingError {
  const layers = Object.entries(rates?.layers ?? {});
  const [silent] = layers.find(([, rate]) => rate === 0) ?? [];
  const got =
    silent === undefined
      ? `none${layers.length === 0 ? "" : " though every layer fires"}`
      : `none, as no neuron of ${silent} fires: the first silent layer`;
  const cure =
    silent === undefined
      ? "Let the loss depend on the network's output, and potentials come near the threshold, or use a wider surrogate"
      : `Scale the weights ahead of it with initFiring (init: { firing: 0.1 } in a recipe), give ${silent} decayInput: false ` +
        "or a lower vThreshold, or put batch normalisation ahead of it";
  return new TrainingError(
    `Trainer: expected a gradient other than 0 within deadAfter steps, the last ${where}, got ${got}. ${cure}; deadAfter: false goes on.`,
  );
}

/** Warns of losses that no training comes back from. */
export class LossWatch {
  #first: number | undefined;
  #warned = false;

  /** @param where the batch, for the message */
  watch(loss: number, where: string): void {
    this.#first ??= loss;
    const limit = Math.min(LARGE_LOSS, GROWTH * Math.max(1, Math.abs(this.#first)));
    if (this.#warned || Math.abs(loss) <= limit) return;
    this.#warned = true;
    const first = loss === this.#first ? "" : ` after ${short(this.#first)} in the first batch`;
    warn(
      `Trainer: expected a loss below ${short(limit)} ${where}, got ${short(loss)}${first}. Little is learned from ` +
        "such a loss: scale the inputs to about 0..1, use smaller initial weights, or lower the learning rate.",
    );
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
