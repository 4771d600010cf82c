import { checkBoolean, checkInteger, checkOptions, type KnownOptions } from "../checks.ts";
import { checkTensor, onlyStep, type RecordOptions, singleStep, type Tensor } from "../engine/index.ts";
import { Module } from "../nn/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { type SurrogateChoice, surrogateFor } from "./equation-surrogate.ts";
import {
  LayerParameters,
  type ParameterOption,
  type ParameterRule,
  type ParameterValue,
  type PlacedParameter,
} from "./layer-parameters.ts";
import type { Learnable } from "./learnable.ts";
import type { Surrogate } from "./surrogate.ts";

/** Those that all spiking neurons share are the same for all. */
const DEFAULTS = NEURON_DEFAULTS.IF;

/** Options that all spiking neurons share. */
export interface SpikingOptions {
  /** Firing threshold; default 1. As all numbers of a neuron also one per channel or neuron, or `learnable`. */
  readonly vThreshold?: ParameterOption;
  /** Potential after a spike (hard reset, default 0); null subtracts the threshold instead (soft reset). */
  readonly vReset?: ParameterOption | null;
  /** Cuts the gradient through the reset; default false. */
  readonly detachReset?: boolean;
  /** Derivative used for the spike in the backward pass; default `sigmoid({ alpha: 4 })`. */
  readonly surrogate?: SurrogateChoice;
  /**
   * The shape of one sample, such as 128 or [16, 28, 28]; its first axis are the channels. Without it, parameters that
   * learn per channel or neuron begin with the first input, after optimisers have looked for them.
   */
  readonly features?: number | readonly number[] | undefined;
}

/** The names of `SpikingOptions`, for the checks of the neurons that have more. */
export const SPIKING_OPTIONS = {
  vThreshold: true,
  vReset: "nullable",
  detachReset: true,
  surrogate: true,
  features: true,
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
  declare readonly vThreshold: ParameterValue;
  declare readonly vReset: ParameterValue | null;
  readonly detachReset: boolean;
  readonly surrogate: Surrogate;
  /** Which potentials the next forward passes keep for `lastPotential` and `lastCharged`. */
  record: RecordOptions = {};
  readonly #parameters: LayerParameters;
  #last: SpikingTraces | undefined;
  /** The calls since the engine's step began. */
  #calls: SpikingTraces[] = [];

  /** @param name of the neuron, for messages */
  constructor(options: SpikingOptions, name: string = new.target.name) {
    super();
    this.#parameters = new LayerParameters(name, this, options.features);
    this.beginParameter("vThreshold", DEFAULTS.vThreshold, options.vThreshold, { bounds: {} });
    if (options.vReset === null) this.vReset = null;
    else this.beginParameter("vReset", DEFAULTS.vReset, options.vReset, { bounds: {} });
    this.detachReset = checkBoolean(`${name}.detachReset`, options.detachReset ?? DEFAULTS.detachReset);
    this.surrogate = surrogateFor(`${name}.surrogate`, options.surrogate ?? DEFAULTS.surrogate).surrogate;
  }

  /** Gives a parameter of the equations its first value, as a property of the layer: `given`, or else `declared`. */
  protected beginParameter(
    name: string,
    declared: number | Learnable,
    given: ParameterOption | undefined,
    rule?: ParameterRule,
  ): void {
    this.#parameters.begin(name, declared, given ?? declared, rule);
  }

  /** The parameters of those names with their values, for the input of a run. */
  protected placedParameters(names: readonly string[], x: Tensor): PlacedParameter[] {
    this.#parameters.complete(x);
    const own = this as unknown as Readonly<Record<string, ParameterValue>>;
    return names.map((name) => this.#parameters.placed(name, own[name]!, x));
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
