import { checkNumber, checkOptions, type KnownOptions } from "../../checks.ts";
import { record } from "../autograd.ts";
import type { AlifSpec, SequenceSize } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireSequence, requireState, sequenceSize } from "./arguments.ts";
import { checkSharedSpec } from "./neuron-checks.ts";
import type { RecordOptions } from "./neuron.ts";
import { type CustomSurrogate, tabulateDerivative } from "./surrogate-table.ts";

/** State of adaptive neurons, f32 [B, ...] each. */
export interface AlifTensors {
  readonly potential: Tensor;
  readonly adaptation: Tensor;
}

export interface AlifOptions extends AlifSpec, CustomSurrogate {
  /** State before the first step; at rest and not adapted when absent. */
  readonly initial?: AlifTensors | undefined;
  readonly record?: RecordOptions | undefined;
}

export interface AlifOutput {
  /** s[t], f32 [T, B, ...], exactly 0 or 1. */
  readonly spikes: Tensor;
  readonly final: AlifTensors;
  readonly potential?: Tensor;
  readonly charged?: Tensor;
}

/**
 * Runs a layer of adaptive LIF neurons over all time steps in one kernel.
 * The equations stand at `AlifSpec`.
 *
 * @param x input current, f32 [T, B, ...]
 * @throws ShapeError when `x` has no time axis or `initial` does not fit
 */
export function alif(x: Tensor, options: AlifOptions, owner = "alif"): AlifOutput {
  requireSequence(owner, x);
  checkAlif(owner, options);
  const size = sequenceSize(x);
  const { initial } = options;
  if (initial !== undefined) {
    checkOptions(
      `${owner}.initial`,
      initial,
      { potential: true, adaptation: true },
      "{ potential, adaptation }",
    );
    requireState(`${owner}.initial.potential`, initial.potential, x);
    requireState(`${owner}.initial.adaptation`, initial.adaptation, x);
  }
  const { engine } = x;
  const custom = options.surrogate === "custom";
  const state = (): Tensor => engine.empty(x.shape.slice(1), x.format);
  const spikes = engine.empty(x.shape, x.format);
  const final = { potential: state(), adaptation: state() };
  const potential = options.record?.potential ? engine.empty(x.shape, x.format) : undefined;
  const charged = custom || options.record?.charged ? engine.empty(x.shape, x.format) : undefined;
  const buffers = {
    x: x.storage,
    spikes: spikes.storage,
    charged: charged?.storage,
    potential: potential?.storage,
    initialPotential: initial?.potential.storage,
    initialAdaptation: initial?.adaptation.storage,
    finalPotential: final.potential.storage,
    finalAdaptation: final.adaptation.storage,
  };
  engine.backend.alif.forward(size, buffers, options);
  const inputs = initial ? [x, initial.potential, initial.adaptation] : [x];
  const outputs = [spikes, final.potential, final.adaptation, ...(potential ? [potential] : [])];
  record(inputs, outputs, (gradients) => {
    const derivative = custom ? tabulateDerivative(options, charged as Tensor, owner) : undefined;
    return alifBackward(size, options, x, derivative, gradients);
  });
  return { spikes, final, ...(potential && { potential }), ...(charged && { charged }) };
}

/** The names of `AlifOptions`. */
const ALIF_OPTIONS: KnownOptions<AlifOptions> = {
  tau: true,
  tauAdaptation: true,
  beta: true,
  decayInput: true,
  vThreshold: true,
  vReset: "nullable",
  detachReset: true,
  surrogate: true,
  alpha: true,
  initial: true,
  customDerivative: true,
  surrogateName: true,
  record: true,
};

function checkAlif(owner: string, options: AlifOptions): void {
  checkOptions(owner, options, ALIF_OPTIONS);
  checkSharedSpec(owner, options);
  checkNumber(`${owner}.tauAdaptation`, options.tauAdaptation, { above: 0 });
  checkNumber(`${owner}.beta`, options.beta, {});
}

function alifBackward(
  size: SequenceSize,
  options: AlifOptions,
  x: Tensor,
  derivative: Tensor | undefined,
  [gSpikes, gFinalPotential, gFinalAdaptation, gPotential]: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  const { engine } = x;
  const state = (): Tensor => engine.empty(x.shape.slice(1), x.format);
  const { initial } = options;
  const gInitial = initial ? { potential: state(), adaptation: state() } : undefined;
  const gx = engine.empty(x.shape, x.format);
  const buffers = {
    x: x.storage,
    gSpikes: gSpikes?.storage,
    gPotential: gPotential?.storage,
    gx: gx.storage,
    initialPotential: initial?.potential.storage,
    initialAdaptation: initial?.adaptation.storage,
    gFinalPotential: gFinalPotential?.storage,
    gFinalAdaptation: gFinalAdaptation?.storage,
    gInitialPotential: gInitial?.potential.storage,
    gInitialAdaptation: gInitial?.adaptation.storage,
    derivative: derivative?.storage,
  };
  engine.backend.alif.backward(size, buffers, options);
  return gInitial ? [gx, gInitial.potential, gInitial.adaptation] : [gx];
}
