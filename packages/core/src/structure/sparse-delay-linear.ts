import { DelayLinear } from "../delays/index.ts";
import { checkInstance, checkOptions } from "../checks.ts";
import { checkTensor, expandSparse, type SparsePattern, type Tensor } from "../engine/index.ts";
import { linearOperations, type StoredArray, type SynapticOperations } from "../nn/index.ts";
import { Connections } from "./connections.ts";
import { MADE_BY, type SparseLayer } from "./sparse-layer.ts";

/** The values that a sparse delay layer keeps. */
export interface SparseDelayValues {
  readonly weight: Tensor;
  /** One per connection, or the dense layer's own with `per: "axon"`. */
  readonly position: Tensor;
}

/**
 * `DelayLinear` with the connections of a pattern only, made by `sparsify`. `weight` is [connections], and
 * so is `position` unless delays belong to axons. With two bumps per synapse each of them is a connection
 * of its own. A fresh connection draws a delay as the layer did at its start.
 *
 * Parameters, gradients and optimiser state are compressed; the products are those of the dense layer.
 */
export class SparseDelayLinear extends DelayLinear implements SparseLayer {
  override readonly weight: Tensor;
  override readonly position: Tensor;
  readonly connections: Connections;

  constructor(dense: DelayLinear, pattern: SparsePattern, values: SparseDelayValues) {
    checkInstance("SparseDelayLinear.dense", dense, DelayLinear, "a DelayLinear layer", MADE_BY);
    checkOptions(
      "SparseDelayLinear.values",
      values,
      { weight: true, position: true },
      "{ weight, position }",
    );
    checkTensor("SparseDelayLinear.weight", values.weight, dense.weight);
    checkTensor("SparseDelayLinear.position", values.position, dense.weight);
    super(dense.inFeatures, dense.outFeatures, {
      ...{ maxDelay: dense.maxDelay, version: dense.version, kernelCount: dense.kernelCount === 2 ? 2 : 1 },
      ...{ sigmaInit: dense.sigmaInit, learn: dense.learn, per: dense.per, keepLength: dense.keepLength },
    });
    this.sigma = dense.sigma;
    this.weight = values.weight;
    this.position = values.position;
    const { weight, position } = values;
    this.connections = new Connections(pattern, {
      denseShape: dense.weight.shape,
      parameters: dense.per === "axon" ? { weight } : { weight, position },
      initialValue: (parameter, random) => (parameter === "position" ? this.drawPosition(random) : 0),
    });
  }

  get pattern(): SparsePattern {
    return this.connections.pattern;
  }

  get density(): number {
    return this.connections.density;
  }

  override dense(): { readonly weight: Tensor; readonly position: Tensor } {
    const { denseShape, watcher } = this.connections;
    const weight = expandSparse(this.weight, this.pattern, denseShape, { onGradient: watcher });
    if (this.per === "axon") return { weight, position: this.position };
    return { weight, position: expandSparse(this.position, this.pattern, denseShape) };
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
