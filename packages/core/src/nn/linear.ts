import { checkBoolean, checkInteger, checkOneOf, checkOptions } from "../checks.ts";
import { linear, type Tensor } from "../engine/index.ts";
import { LAYER_DEFAULTS } from "./defaults.ts";
import { uniformParameter, WEIGHT_INITS, type WeightInit } from "./initialise.ts";
import { Module } from "./module.ts";
import { linearOperations, type SynapticOperations } from "./synaptic-operations.ts";

/** Options of `Linear`. */
export interface LinearOptions {
  /** Adds a trainable offset to every output; default true. */
  readonly bias?: boolean;
  /** What the first weights are drawn from: U(-b, b), b = 1/sqrt(I) or, for "kaiming", sqrt(6/I); default "default". */
  readonly init?: WeightInit;
}

const DEFAULTS = LAYER_DEFAULTS.Linear;

/**
 * Fully connected layer, applied to every time step and sample.
 *
 *   y[..., o] = sum_i x[..., i] weight[o, i] + bias[o]
 *
 * `weight` is [O, I] and `bias` [O], both drawn from U(-1/sqrt(I), 1/sqrt(I)), or the weight as `init` says.
 *
 * @param x f32 [..., I], for instance [T, B, I]; spikes take an event-driven path where it pays
 * @returns f32 [..., O]
 * @throws ShapeError if the last axis of `x` differs from `inFeatures`
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias = DEFAULTS.bias } = checkOptions("Linear", options, { bias: true, init: true });
    this.inFeatures = checkInteger("Linear.inFeatures", inFeatures, { min: 1 });
    this.outFeatures = checkInteger("Linear.outFeatures", outFeatures, { min: 1 });
    const init = checkOneOf("Linear.init", options.init ?? DEFAULTS.init, WEIGHT_INITS);
    checkBoolean("Linear.bias", bias);
    this.weight = uniformParameter([outFeatures, inFeatures], inFeatures, init);
    this.bias = bias ? uniformParameter([outFeatures], inFeatures) : undefined;
  }

  forward(x: Tensor): Tensor {
    return this.scoped(() => linear(x, this.weight, this.bias));
  }

  override async synapticOperations(active: Tensor): Promise<SynapticOperations> {
    const { weight } = this;
    return linearOperations(active, { shape: weight.shape, values: await weight.data() });
  }
}
