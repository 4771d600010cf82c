import { checkInstance } from "../checks.ts";
import { checkTensor, sparseConv2d, type SparsePattern, type Tensor } from "../engine/index.ts";
import { Conv2d, convOperations, Module, type StoredArray, type SynapticOperations } from "../nn/index.ts";
import { Connections } from "./connections.ts";
import { MADE_BY, type SparseLayer } from "./sparse-layer.ts";

/**
 * Two-dimensional convolution whose kernels have numbers at the places of a pattern only; otherwise as `Conv2d`.
 * Made by `sparsify`. `weight` is [connections], `bias` [O].
 *
 * @param x f32 [T, B, C, H, W] or [B, C, H, W]
 * @returns f32 [..., O, H', W']
 * @throws ShapeError if the channels differ or the kernel is larger than the padded image
 */
export class SparseConv2d extends Module implements SparseLayer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly connections: Connections;

  /** @param weight values at the places of `pattern` */
  constructor(dense: Conv2d, pattern: SparsePattern, weight: Tensor) {
    super();
    checkInstance("SparseConv2d.dense", dense, Conv2d, "a Conv2d layer", MADE_BY);
    checkTensor("SparseConv2d.weight", weight);
    this.inChannels = dense.inChannels;
    this.outChannels = dense.outChannels;
    this.stride = dense.stride;
    this.padding = dense.padding;
    this.groups = dense.groups;
    this.weight = weight;
    this.bias = dense.bias;
    const denseShape = dense.weight.shape;
    this.connections = new Connections(pattern, { denseShape, parameters: { weight } });
  }

  get pattern(): SparsePattern {
    return this.connections.pattern;
  }

  get density(): number {
    return this.connections.density;
  }

  forward(x: Tensor): Tensor {
    const { connections, stride, padding, groups } = this;
    const options = { onGradient: connections.watcher, stride, padding, groups };
    const { weight, pattern, bias } = this;
    const y = this.scoped(() => sparseConv2d(x, weight, pattern, connections.denseShape, bias, options));
    return connections.countPositions(y);
  }

  protected override releaseIndices(): void {
    this.connections.releaseIndex();
  }

  override arrays(): Readonly<Record<string, StoredArray>> {
    return this.connections.stored();
  }

  override async synapticOperations(active: Tensor): Promise<SynapticOperations> {
    const { stride, padding, groups } = this;
    const values = this.connections.expand(await this.weight.data());
    return convOperations(
      active,
      { shape: this.connections.denseShape, values },
      { stride, padding, groups },
    );
  }
}
