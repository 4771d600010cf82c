import { checkInstance, checkInteger, checkOptions } from "../checks.ts";
import {
  add,
  type CarriedState,
  checkTensor,
  onWholeSequence,
  reshape,
  runningStream,
  stack,
  type Tensor,
  unstack,
} from "../engine/index.ts";
import { Linear, Module } from "../nn/index.ts";
import { SpikingNeuron, type SpikingResult } from "./spiking-neuron.ts";

/** Spikes of the step before, f32 [B, N], and the state of the neuron. */
export interface RecurrentState<State> {
  readonly spikes: Tensor;
  readonly neuron: State;
}

/**
 * Recurrent wiring around any spiking neuron:
 *
 *   s[t] = neuron(x[t] + W s[t-1]),  s[0] = 0
 *
 * `feedback.weight` is W, f32 [N, N]. The recurrence has to go step by step, so this layer costs more
 * than a feed-forward one of the same size.
 *
 * @param x input current, f32 [T, B, N], dimensionless
 * @returns spikes, f32 [T, B, N], exactly 0 or 1
 * @throws ShapeError if `x` has no time axis or its last axis differs from `features`
 * @example const layer = new Recurrent(new ALIF({ tau: 20 }), { features: 128 });
 */
export class Recurrent<State> extends Module {
  readonly neuron: SpikingNeuron<State>;
  readonly feedback: Linear;

  constructor(neuron: SpikingNeuron<State>, options: { readonly features: number }) {
    super();
    checkOptions("Recurrent", options, { features: true }, "{ features: 128 }");
    checkInstance("Recurrent.neuron", neuron, SpikingNeuron, "a spiking neuron such as `new ALIF()`");
    const features = checkInteger("Recurrent.features", options.features, { min: 1 });
    this.neuron = neuron;
    this.feedback = new Linear(features, features, { bias: false });
    this.namedModules();
  }

  forward(x: Tensor): Tensor {
    return this.run(x).spikes;
  }

  /** A sequence [T, B, N] that starts from a given state (at rest when absent). */
  run(x: Tensor, state?: RecurrentState<State>): SpikingResult<RecurrentState<State>> {
    return this.scoped(() => this.#run(x, state));
  }

  #run(x: Tensor, state?: RecurrentState<State>): SpikingResult<RecurrentState<State>> {
    const { neuron } = this;
    checkTensor(this.label, x);
    const spikes: Tensor[] = [];
    const potential: Tensor[] = [];
    const charged: Tensor[] = [];
    const streaming = runningStream();
    const carried = state === undefined ? streaming?.carried({ severalSteps: true }) : undefined;
    let current = carried?.state === undefined ? state : carriedOn<State>(carried.state);
    const take = (input: Tensor): void => {
      if (carried && current) current = carriedOn<State>({ spikes: current.spikes });
      current = this.step(input, current).state;
      spikes.push(current.spikes);
      if (neuron.lastPotential !== undefined) potential.push(neuron.lastPotential);
      if (neuron.lastCharged !== undefined) charged.push(neuron.lastCharged);
    };
    const inputs = onWholeSequence(x.engine, () => unstack(x));
    if (streaming === undefined) inputs.forEach(take);
    else streaming.again(inputs, take);
    const sequence = stack(spikes);
    const traces = {
      spikes: sequence,
      ...(neuron.lastFinal && { final: neuron.lastFinal }),
      ...(potential.length > 0 && { potential: reshape(stack(potential), x.shape) }),
      ...(charged.length > 0 && { charged: reshape(stack(charged), x.shape) }),
    };
    neuron.remember(traces, spikes.length);
    if (current) carried?.keep({ spikes: current.spikes });
    return { spikes: sequence, state: current as RecurrentState<State> };
  }

  /** One time step [B, N], for streaming. */
  step(x: Tensor, state?: RecurrentState<State>): SpikingResult<RecurrentState<State>> {
    if (state !== undefined) {
      const known = { spikes: true, neuron: "nullable" };
      checkOptions<object>(`${this.label}.state`, state, known, "that of the step before");
    }
    const drive = state === undefined ? x : this.scoped(() => add(x, this.feedback.forward(state.spikes)));
    const { spikes, state: neuron } = this.neuron.step(drive, state?.neuron);
    return { spikes, state: { spikes, neuron } };
  }
}

/** What a stream carries: the neuron, which gets no state here, carries on by itself. */
function carriedOn<State>({ spikes }: CarriedState): RecurrentState<State> {
  return { spikes: spikes!, neuron: undefined as State };
}
