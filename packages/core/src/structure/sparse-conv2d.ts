import { sparseConv2d, type SparsePattern, type Tensor } from "../engine/index.ts";
import { type Conv2d, convOperations, type SynapticOperations } from "../nn/index.ts";
import { SparseLayer } from "./sparse-layer.ts";

/**
 * Two-dimensional convolution whose kernels have numbers at the places of a pattern only; otherwise as `Conv2d`.
 * Made by `sparsify`. `weight` is [connections], `bias` [O].
 *
 * @param x f32 [T, B, C, H, W] or [B, C, H, W]
 * @returns f32 [..., O, H', W']
 * @throws ShapeError if the channels differ or the kernel is larger than the padded image
 */
export class SparseConv2d extends SparseLayer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly denseShape: readonly number[];

  /** @param weight values at the places of `pattern` */
  constructor(dense: Conv2d, pattern: SparsePattern, weight: Tensor) {
    super(pattern);
    this.inChannels = dense.inChannels;
    this.outChannels = dense.outChannels;
    this.stride = dense.stride;
    this.padding = dense.padding;
    this.groups = dense.groups;
    this.weight = weight;
    this.bias = dense.bias;
    this.denseShape = dense.weight.shape;
  }

  forward(x: Tensor): Tensor {
    const { stride, padding, groups } = this;
    const options = { owner: this.label, onGradient: this.watcher, stride, padding, groups };
    const y = sparseConv2d(x, this.weight, this.pattern, this.denseShape, this.bias, options);
    return this.countPositions(y);
  }

  override synapticOperations(active: Tensor): Promise<SynapticOperations> {
    const { stride, padding, groups } = this;
    return convOperations(active, this.connections(), { stride, padding, groups });
  }
}
