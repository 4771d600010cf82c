import { checkBoolean, checkOneOf, checkOptions, type KnownOptions } from "../../checks.ts";
import { isRecorded, record } from "../autograd.ts";
import type { NeuronSpec, SequenceSize } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireSequence, requireSize, requireState, sequenceSize } from "./arguments.ts";
import { checkSharedSpec } from "./neuron-checks.ts";
import { type CustomSurrogate, tabulateDerivative } from "./surrogate-table.ts";

/** Which internal sequences to keep besides the spikes. */
export interface RecordOptions {
  /** v[t], the potential after reset; differentiable. */
  readonly potential?: boolean | undefined;
  /** f[t], the potential that is compared with the threshold; for viewing. */
  readonly charged?: boolean | undefined;
}

export interface NeuronOptions extends NeuronSpec, CustomSurrogate {
  /** PLIF: w, KLIF: k; a tensor of one number. */
  readonly parameter?: Tensor | undefined;
  /** Potential before the first step, [B, ...]; at rest (vReset, or 0 with a soft reset) when absent. */
  readonly initial?: Tensor | undefined;
  readonly record?: RecordOptions | undefined;
}

export interface NeuronOutput {
  /** s[t], f32 [T, B, ...], exactly 0 or 1. */
  readonly spikes: Tensor;
  /** v[T], f32 [B, ...]: the state to pass on. */
  readonly final: Tensor;
  readonly potential?: Tensor;
  readonly charged?: Tensor;
}

/**
 * Runs a layer of integrate-and-fire neurons over all time steps in one kernel.
 * The equations stand at `NeuronSpec`.
 *
 * @param x input current, f32 [T, B, ...]
 * @throws ShapeError when `x` has no time axis or `initial` does not fit
 */
export function neuron(x: Tensor, options: NeuronOptions, owner = "neuron"): NeuronOutput {
  requireSequence(owner, x);
  checkNeuron(owner, options);
  const size = sequenceSize(x);
  const { parameter, initial } = options;
  if (initial !== undefined) requireState(`${owner}.initial`, initial, x);
  if (options.neuron === "PLIF" || options.neuron === "KLIF") {
    requireSize(`${owner}.parameter`, parameter, 1, x);
  }
  const { engine } = x;
  const custom = options.surrogate === "custom";
  const spikes = engine.empty(x.shape, x.format);
  const final = engine.empty(x.shape.slice(1), x.format);
  const potential = options.record?.potential ? engine.empty(x.shape, x.format) : undefined;
  const inputs = [x, parameter, initial].filter((input) => input !== undefined);
  const shown = options.record?.charged ?? false;
  const kept = shown || custom || isRecorded(inputs);
  const charged = kept ? engine.empty(x.shape, x.format) : undefined;
  const buffers = {
    x: x.storage,
    parameter: parameter?.storage,
    initial: initial?.storage,
    spikes: spikes.storage,
    charged: charged?.storage,
    potential: potential?.storage,
    final: final.storage,
  };
  engine.backend.neuron.forward(size, buffers, options);
  const outputs = potential ? [spikes, final, potential] : [spikes, final];
  record(inputs, outputs, (gradients) => {
    const derivative = custom ? tabulateDerivative(options, charged as Tensor, owner) : undefined;
    const gx = shown ? engine.empty(x.shape, x.format) : (charged as Tensor);
    return neuronBackward(size, options, { x, spikes, charged, derivative, gx }, gradients);
  });
  return { spikes, final, ...(potential && { potential }), ...(shown && charged && { charged }) };
}

/** The names of `NeuronOptions`. */
const NEURON_OPTIONS: KnownOptions<NeuronOptions> = {
  neuron: true,
  tau: true,
  decayInput: true,
  vThreshold: true,
  vReset: "nullable",
  detachReset: true,
  scaleReset: true,
  surrogate: true,
  alpha: true,
  parameter: true,
  initial: true,
  customDerivative: true,
  surrogateName: true,
  record: true,
};

function checkNeuron(owner: string, options: NeuronOptions): void {
  checkOptions(owner, options, NEURON_OPTIONS);
  checkOneOf(`${owner}.neuron`, options.neuron, ["IF", "LIF", "PLIF", "KLIF"]);
  checkBoolean(`${owner}.scaleReset`, options.scaleReset);
  checkSharedSpec(owner, options);
}

/** What the backward pass reads and, in `gx`, writes. */
interface BackwardTensors {
  readonly x: Tensor;
  readonly spikes: Tensor;
  readonly charged: Tensor | undefined;
  readonly derivative: Tensor | undefined;
  readonly gx: Tensor;
}

function neuronBackward(
  size: SequenceSize,
  options: NeuronOptions,
  tensors: BackwardTensors,
  [gSpikes, gFinal, gPotential]: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  const { x, spikes, charged, derivative, gx } = tensors;
  const { engine } = x;
  const { parameter, initial } = options;
  const gParameter = parameter?.requiresGrad ? engine.empty(parameter.shape) : undefined;
  const gInitial = initial?.requiresGrad ? engine.empty(initial.shape, initial.format) : undefined;
  const buffers = {
    x: x.storage,
    charged: charged?.storage,
    parameter: parameter?.storage,
    initial: initial?.storage,
    gSpikes: gSpikes?.storage,
    gFinal: gFinal?.storage,
    gPotential: gPotential?.storage,
    derivative: derivative?.storage,
    spikes: spikes.storage,
    gx: gx.storage,
    gParameter: gParameter?.storage,
    gInitial: gInitial?.storage,
  };
  engine.backend.neuron.backward(size, buffers, options);
  return [gx, ...(parameter ? [gParameter] : []), ...(initial ? [gInitial] : [])];
}
