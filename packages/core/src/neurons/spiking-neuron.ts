import { checkBoolean, checkInteger, checkNumber, checkOptions, type KnownOptions } from "../checks.ts";
import { checkTensor, onlyStep, type RecordOptions, singleStep, type Tensor } from "../engine/index.ts";
import { Module } from "../nn/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { type SurrogateChoice, surrogateFor } from "./equation-surrogate.ts";
import type { Surrogate } from "./surrogate.ts";

/** Those that all spiking neurons share are the same for all. */
const DEFAULTS = NEURON_DEFAULTS.IF;

/** Options that all spiking neurons share. */
export interface SpikingOptions {
  /** Firing threshold; default 1. */
  readonly vThreshold?: number;
  /** Potential after a spike (hard reset, default 0); null subtracts the threshold instead (soft reset). */
  readonly vReset?: number | null;
  /** Cuts the gradient through the reset; default false. */
  readonly detachReset?: boolean;
  /** Derivative used for the spike in the backward pass; default `sigmoid({ alpha: 4 })`. */
  readonly surrogate?: SurrogateChoice;
}

/** The names of `SpikingOptions`, for the checks of the neurons that have more. */
export const SPIKING_OPTIONS = {
  vThreshold: true,
  vReset: "nullable",
  detachReset: true,
  surrogate: true,
} as const satisfies KnownOptions<SpikingOptions>;

/** Spikes, and the state to pass to the next call. */
export interface SpikingResult<State> {
  /** f32, exactly 0 or 1: [T, B, ...] from `run`, [B, ...] from `step`. */
  readonly spikes: Tensor;
  readonly state: State;
}

/** What a monitor may look at after a forward pass, until the step ends. */
export interface SpikingTraces {
  readonly spikes: Tensor;
  readonly potential?: Tensor | undefined;
  readonly charged?: Tensor | undefined;
  /** The potential after the last step, f32 [B, ...]. */
  readonly final?: Tensor | undefined;
}

/**
 * A layer of spiking neurons. It keeps no state between calls: state goes in and comes out.
 *
 * `forward` runs a whole sequence from rest, `run` from a given state, `step` one time step.
 */
export abstract class SpikingNeuron<State = Tensor> extends Module {
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly detachReset: boolean;
  readonly surrogate: Surrogate;
  /** Which potentials the next forward passes keep for `lastPotential` and `lastCharged`. */
  record: RecordOptions = {};
  #last: SpikingTraces | undefined;
  /** The calls since the engine's step began. */
  #calls: SpikingTraces[] = [];

  constructor(options: SpikingOptions) {
    super();
    const name = new.target.name;
    this.vThreshold = checkNumber(`${name}.vThreshold`, options.vThreshold ?? DEFAULTS.vThreshold, {});
    const vReset = options.vReset === undefined ? DEFAULTS.vReset : options.vReset;
    this.vReset = vReset === null ? null : checkNumber(`${name}.vReset`, vReset, {});
    this.detachReset = checkBoolean(`${name}.detachReset`, options.detachReset ?? DEFAULTS.detachReset);
    this.surrogate = surrogateFor(`${name}.surrogate`, options.surrogate ?? DEFAULTS.surrogate).surrogate;
  }

  /**
   * Runs all time steps in one kernel.
   *
   * @param x input current, f32 [T, B, ...], dimensionless
   * @param state from an earlier call; at rest when absent
   */
  abstract run(x: Tensor, state?: State): SpikingResult<State>;

  /** Spikes [T, B, ...] for a sequence [T, B, ...] that starts at rest. */
  forward(x: Tensor): Tensor {
    return this.run(x).spikes;
  }

  /**
   * One time step, for streaming.
   *
   * @param x input current, f32 [B, ...]
   * @param state from the step before; at rest when absent
   */
  step(x: Tensor, state?: State): SpikingResult<State> {
    return this.scoped(() => {
      const result = this.run(singleStep(x), state);
      return { spikes: onlyStep(result.spikes), state: result.state };
    });
  }

  /** Spikes of the latest call, for monitors; they live until the engine's step ends. */
  get lastSpikes(): Tensor | undefined {
    return this.#last?.spikes;
  }

  /**
   * Spikes of every call in the engine's running step, for rates: a neuron may be used at several places, or step by
   * step. Empty outside steps.
   */
  get stepSpikes(): readonly Tensor[] {
    return this.#running.map(({ spikes }) => spikes);
  }

  /** The potential after each of these calls; one that is not finite once stays so, as it never fires. */
  get stepPotentials(): readonly Tensor[] {
    return this.#running.flatMap(({ final }) => final ?? []);
  }

  /** The potential after the latest call, for wiring that calls a neuron step by step. */
  get lastFinal(): Tensor | undefined {
    return this.#last?.final;
  }

  /** v[t] of the latest call, if `record.potential` asked for it. */
  get lastPotential(): Tensor | undefined {
    return this.#last?.potential;
  }

  /** f[t] of the latest call, if `record.charged` asked for it. */
  get lastCharged(): Tensor | undefined {
    return this.#last?.charged;
  }

  /**
   * Sets what monitors see; for neurons, for wiring that calls a neuron step by step, and to forget.
   *
   * @param replaced how many of the latest calls the traces stand for, where wiring has joined them
   */
  remember(traces: SpikingTraces | undefined, replaced = 0): void {
    checkInteger("SpikingNeuron.remember.replaced", replaced, { min: 0 });
    if (traces !== undefined) checkTraces("SpikingNeuron.remember", traces);
    this.#last = traces;
    this.#calls = traces === undefined ? [] : [...this.#running];
    this.#calls.length = Math.max(0, this.#calls.length - replaced);
    if (traces?.spikes.isPersistent === false) this.#calls.push(traces);
  }

  get #running(): readonly SpikingTraces[] {
    return this.#calls[0]?.spikes.isAlive ? this.#calls : [];
  }
}

function checkTraces(owner: string, traces: SpikingTraces): void {
  const known = { spikes: true, potential: true, charged: true, final: true } as const;
  const { spikes, ...rest } = checkOptions(owner, traces, known, "{ spikes }");
  checkTensor(`${owner}.spikes`, spikes);
  for (const [name, trace] of Object.entries(rest)) {
    if (trace !== undefined) checkTensor(`${owner}.${name}`, trace);
  }
}
