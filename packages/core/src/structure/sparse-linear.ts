import { sparseLinear, type SparsePattern, type Tensor } from "../engine/index.ts";
import { type Linear, linearOperations, type SynapticOperations } from "../nn/index.ts";
import { SparseLayer } from "./sparse-layer.ts";

/**
 * Fully connected layer with the connections of a pattern only.
 *
 *   y[..., o] = bias[o] + sum over the connections (o, i) of x[..., i] weight[o, i]
 *
 * Made by `sparsify`. `weight` is [connections], `bias` [O].
 *
 * @param x f32 [..., I], for instance [T, B, I]; spikes take an event-driven path where it pays
 * @returns f32 [..., O]
 * @throws ShapeError if the last axis of `x` differs from `inFeatures`
 */
export class SparseLinear extends SparseLayer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;

  /** @param weight values at the places of `pattern` */
  constructor(dense: Linear, pattern: SparsePattern, weight: Tensor) {
    super(pattern);
    this.inFeatures = dense.inFeatures;
    this.outFeatures = dense.outFeatures;
    this.weight = weight;
    this.bias = dense.bias;
  }

  override get denseShape(): readonly number[] {
    return [this.outFeatures, this.inFeatures];
  }

  forward(x: Tensor): Tensor {
    const options = { owner: this.label, onGradient: this.watcher };
    return sparseLinear(x, this.weight, this.pattern, this.bias, options);
  }

  override synapticOperations(active: Tensor): Promise<SynapticOperations> {
    return linearOperations(active, this.connections());
  }
}
