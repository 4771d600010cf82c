/** What a training may do without an error though nothing good comes of it. */
import { listNames } from "../checks.ts";
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
      "nothing: strengthen their input (decayInput: false, larger weights or inputs), or lower vThreshold.",
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
