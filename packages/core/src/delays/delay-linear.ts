import { checkInteger, checkOptions } from "../checks.ts";
import { delayLinear, type Tensor } from "../engine/index.ts";
import { linearOperations, type SynapticOperations } from "../nn/index.ts";
import { DELAY_OPTIONS, DelayLayer, type DelayOptions } from "./delay-layer.ts";

/**
 * Fully connected layer in which every synapse has a learnable delay: dilated convolution with
 * learnable spacings (DCLS) over time. In training, a synapse (o, i) acts through a bump of width
 * sigma over the Kd = maxDelay taps s, at c = position + (Kd - 1) / 2:
 *
 *   e[s]     = exp(-(s - c)^2 / (2 sigma^2)),  sigma = |SIG| + 0.27      (version "gauss")
 *   e[s]     = max(0, sigma - |s - c|),        sigma = |SIG| + 1         ("max"; "v1" is "max" with SIG = 0)
 *   K[o,i,s] = sum_k weight[o,i,k] e[s] / (sum_r e[r] + 1e-7)
 *   y[t,b,o] = sum_{i,s} K[o,i,s] x[t + s - (Kd - 1), b, i]
 *
 * In evaluation, and with `learn: false`, the bump is the one tap at the rounded position, a delay
 * of whole time steps. There is no bias. Weight and position are [O, I, kernelCount], or the
 * position [1, I, kernelCount] with `per: "axon"`.
 *
 * Call `afterStep` (or `clampPositions`) after every optimiser step; `Trainer` does. Give positions
 * a learning rate of their own with `positionParameters`, and narrow the bumps with `sigmaSchedule`.
 *
 * @param x spikes or any input, f32 [T, B, I]
 * @returns f32 [T + (Kd - 1) / 2, B, O], or [T, B, O] with `keepLength`
 * @throws ShapeError if the last axis of `x` differs from `inFeatures`
 * @throws MyelinError for an even `maxDelay` or an option out of range
 * @source Hammouamri, Khalfaoui-Hassani & Masquelier, "Learning delays in spiking neural networks using dilated
 * convolutions with learnable spacings", ICLR 2024; initial values, padding and evaluation as in its code
 */
export class DelayLinear extends DelayLayer {
  readonly inFeatures: number;
  readonly outFeatures: number;

  constructor(inFeatures: number, outFeatures: number, options: DelayOptions) {
    checkOptions("DelayLinear", options, DELAY_OPTIONS, "{ maxDelay: 25 }");
    checkInteger("DelayLinear.inFeatures", inFeatures, { min: 1 });
    checkInteger("DelayLinear.outFeatures", outFeatures, { min: 1 });
    super("DelayLinear", [outFeatures, inFeatures], options);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
  }

  forward(x: Tensor): Tensor {
    const { kernel, maxDelay } = this;
    const { weight, position } = this.dense();
    return this.alongTime(x, (sequence, keepLength) =>
      this.scoped(() => delayLinear(sequence, weight, position, { ...kernel, maxDelay, keepLength })),
    );
  }

  /** Every input meets each of its weights once, even where the delay reaches beyond the end. */
  override async synapticOperations(active: Tensor): Promise<SynapticOperations> {
    const { weight } = this;
    return linearOperations(active, { shape: weight.shape, values: await weight.data() });
  }
}
