import { checkInstance } from "../checks.ts";
import { checkTensor, sparseLinear, type SparsePattern, type Tensor } from "../engine/index.ts";
import { Linear, linearOperations, Module, type StoredArray, type SynapticOperations } from "../nn/index.ts";
import { Connections } from "./connections.ts";
import { MADE_BY, type SparseLayer } from "./sparse-layer.ts";

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
export class SparseLinear extends Module implements SparseLayer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly connections: Connections;

  /** @param weight values at the places of `pattern` */
  constructor(dense: Linear, pattern: SparsePattern, weight: Tensor) {
    super();
    checkInstance("SparseLinear.dense", dense, Linear, "a Linear layer", MADE_BY);
    checkTensor("SparseLinear.weight", weight);
    this.inFeatures = dense.inFeatures;
    this.outFeatures = dense.outFeatures;
    this.weight = weight;
    this.bias = dense.bias;
    const denseShape = [dense.outFeatures, dense.inFeatures];
    this.connections = new Connections(pattern, { denseShape, parameters: { weight } });
  }

  get pattern(): SparsePattern {
    return this.connections.pattern;
  }

  get density(): number {
    return this.connections.density;
  }

  forward(x: Tensor): Tensor {
    const options = { onGradient: this.connections.watcher };
    return this.scoped(() => sparseLinear(x, this.weight, this.pattern, this.bias, options));
  }

  protected override releaseIndices(): void {
    this.connections.releaseIndex();
  }

  override arrays(): Readonly<Record<string, StoredArray>> {
    return this.connections.stored();
  }

  override async synapticOperations(active: Tensor): Promise<SynapticOperations> {
    const values = this.connections.expand(await this.weight.data());
    return linearOperations(active, { shape: this.connections.denseShape, values });
  }
}
