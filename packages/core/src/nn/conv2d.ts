import { checkBoolean, checkInteger, checkOptions, refuse } from "../checks.ts";
import { conv2d, type Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { LAYER_DEFAULTS } from "./defaults.ts";
import { uniformParameter } from "./initialise.ts";
import { Module } from "./module.ts";
import { convOperations, type SynapticOperations } from "./synaptic-operations.ts";

const DEFAULTS = LAYER_DEFAULTS.Conv2d;

/** Options of `Conv2d`. */
export interface Conv2dOptions {
  /** Height and width of the kernel, or both. */
  readonly kernelSize: number | readonly [number, number];
  /** Distance between neighbouring windows; default 1. */
  readonly stride?: number;
  /** Zeros added on every side; default 0. */
  readonly padding?: number;
  /** Number of blocks of channels that do not see each other; default 1. */
  readonly groups?: number;
  /** Adds a trainable offset to every output channel; default true. */
  readonly bias?: boolean;
}

const KNOWN = { kernelSize: true, stride: true, padding: true, groups: true, bias: true } as const;

/**
 * Two-dimensional convolution (cross-correlation), applied to every time step and sample.
 *
 *   y[..., o, i, j] = bias[o] + sum_{c,p,q} weight[o, c, p, q] x[..., c, i stride + p - padding, j stride + q - padding]
 *
 * `weight` is [O, I / groups, kH, kW]; it and `bias` are drawn from U(-b, b), b = 1/sqrt(I / groups kH kW).
 *
 * @param x f32 [T, B, C, H, W] or [B, C, H, W]
 * @returns f32 [..., O, H', W'], H' = floor((H + 2 padding - kH) / stride) + 1
 * @throws ShapeError if the channels differ or the kernel is larger than the padded image
 */
export class Conv2d extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;

  constructor(inChannels: number, outChannels: number, options: Conv2dOptions) {
    super();
    checkOptions("Conv2d", options, KNOWN, "{ kernelSize: 3 }");
    const [kernelHeight, kernelWidth] = sizePair("Conv2d.kernelSize", options.kernelSize);
    this.inChannels = checkInteger("Conv2d.inChannels", inChannels, { min: 1 });
    this.outChannels = checkInteger("Conv2d.outChannels", outChannels, { min: 1 });
    this.stride = checkInteger("Conv2d.stride", options.stride ?? DEFAULTS.stride, { min: 1 });
    this.padding = checkInteger("Conv2d.padding", options.padding ?? DEFAULTS.padding, { min: 0 });
    this.groups = checkInteger("Conv2d.groups", options.groups ?? DEFAULTS.groups, { min: 1 });
    if (inChannels % this.groups !== 0 || outChannels % this.groups !== 0) {
      const got = `${inChannels} and ${outChannels} channels in ${this.groups} groups`;
      throw new MyelinError(`Conv2d.groups: expected a divisor of both channel counts, got ${got}.`);
    }
    const shape = [outChannels, inChannels / this.groups, kernelHeight, kernelWidth];
    const fanIn = (inChannels / this.groups) * kernelHeight * kernelWidth;
    this.weight = uniformParameter(shape, fanIn);
    this.bias = checkBoolean("Conv2d.bias", options.bias ?? DEFAULTS.bias)
      ? uniformParameter([outChannels], fanIn)
      : undefined;
  }

  forward(x: Tensor): Tensor {
    const { stride, padding, groups } = this;
    return this.scoped(() => conv2d(x, this.weight, this.bias, { stride, padding, groups }));
  }

  override async synapticOperations(active: Tensor): Promise<SynapticOperations> {
    const { weight, stride, padding, groups } = this;
    const weights = { shape: weight.shape, values: await weight.data() };
    return convOperations(active, weights, { stride, padding, groups });
  }
}

/** The height and width of a kernel that is given as both or as one number. */
export function sizePair(
  symbol: string,
  size: number | readonly [number, number],
): readonly [number, number] {
  const [height, width] = Array.isArray(size) ? (size as readonly [number, number]) : [size, size];
  if (Array.isArray(size) && size.length !== 2) refuse(symbol, "a size or [height, width]", size);
  return [checkInteger(symbol, height, { min: 1 }), checkInteger(symbol, width, { min: 1 })];
}
