import { checkInteger, checkNumber, checkOptions } from "../checks.ts";
import { checkModule, type Module } from "../nn/index.ts";
import { SIGMA_DEFAULTS } from "./defaults.ts";
import { delayLayers } from "./parameters.ts";

/** Options of `sigmaSchedule`. */
export interface SigmaScheduleOptions {
  /** Epochs of the whole training. */
  readonly epochs: number;
  /** SIG in the first epoch; default: what each layer starts with. */
  readonly sigmaInit?: number;
  /** SIG at the end; default 0.23. */
  readonly sigmaEnd?: number;
  /** Share of the epochs during which SIG falls; default 0.25. 0 keeps it constant. */
  readonly fraction?: number;
}

const SIGMA_OPTIONS = { epochs: true, sigmaInit: true, sigmaEnd: true, fraction: true } as const;

/** The width of the bumps as a pure function of the epoch, so that a resumed run needs no state. */
export class SigmaSchedule {
  readonly #init: number | undefined;
  readonly #end: number;
  readonly #fallingEpochs: number;

  constructor(options: SigmaScheduleOptions) {
    checkOptions("sigmaSchedule", options, SIGMA_OPTIONS, "{ epochs: 50 }");
    const epochs = checkInteger("sigmaSchedule.epochs", options.epochs, { min: 1 });
    const { sigmaInit, sigmaEnd = SIGMA_DEFAULTS.sigmaEnd, fraction = SIGMA_DEFAULTS.fraction } = options;
    this.#init =
      sigmaInit === undefined ? undefined : checkNumber("sigmaSchedule.sigmaInit", sigmaInit, { min: 0 });
    this.#end = checkNumber("sigmaSchedule.sigmaEnd", sigmaEnd, { above: 0 });
    this.#fallingEpochs = Math.floor(
      epochs * checkNumber("sigmaSchedule.fraction", fraction, { min: 0, max: 1 }),
    );
  }

  /** SIG during an epoch, counted from 0, of a layer that starts with `sigmaInit`. */
  at(epoch: number, sigmaInit: number): number {
    checkInteger("SigmaSchedule.at.epoch", epoch, { min: 0 });
    checkNumber("SigmaSchedule.at.sigmaInit", sigmaInit, { min: 0 });
    const init = this.#init ?? sigmaInit;
    if (init <= this.#end || this.#fallingEpochs === 0) return init;
    return init * (this.#end / init) ** Math.min(1, epoch / this.#fallingEpochs);
  }

  /** Sets SIG of every layer of `network` that learns delays; call it before the epoch. Leaves version "v1" alone. */
  apply(network: Module, epoch: number): void {
    checkModule("SigmaSchedule.apply", network);
    checkInteger("SigmaSchedule.apply.epoch", epoch, { min: 0 });
    for (const layer of delayLayers(network)) {
      if (layer.learn && layer.version !== "v1") layer.sigma = this.at(epoch, layer.sigmaInit);
    }
  }
}

/**
 * SIG falls exponentially from `sigmaInit` to `sigmaEnd` over the first part of the training, then
 * stays there:
 *
 *   SIG = sigmaInit (sigmaEnd / sigmaInit)^min(1, epoch / floor(epochs fraction))
 *
 * @source Hammouamri et al., ICLR 2024, and its code
 * @example const schedule = sigmaSchedule({ epochs: 150 }); schedule.apply(network, epoch);
 */
export function sigmaSchedule(options: SigmaScheduleOptions): SigmaSchedule {
  return new SigmaSchedule(options);
}
