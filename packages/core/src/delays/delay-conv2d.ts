import { checkInteger, checkOptions } from "../checks.ts";
import { delayConv2d, type Tensor } from "../engine/index.ts";
import { sizePair } from "../nn/index.ts";
import { DELAY_DEFAULTS } from "./defaults.ts";
import { DELAY_OPTIONS, DelayLayer, type DelayOptions } from "./delay-layer.ts";

/** Options of `DelayConv2d`. */
export interface DelayConv2dOptions extends DelayOptions {
  /** Height and width of the kernel, or both. */
  readonly kernelSize: number | readonly [number, number];
  /** Distance between neighbouring windows; default 1. */
  readonly stride?: number;
  /** Zeros added on every side; default 0. */
  readonly padding?: number;
}

/**
 * Two-dimensional convolution in which every connection of the kernel has a learnable delay, or,
 * with `per: "axon"`, every input channel. The bumps and everything about them are those of
 * `DelayLinear`, with a patch of the image as input:
 *
 *   y[t,b,o,i,j] = sum_{c,p,q,s} K[o,c,p,q,s] x[t + s - (Kd - 1), b, c, i stride + p - padding, j stride + q - padding]
 *
 * Weight and position are [O, C, kH, kW, kernelCount], or the position [1, C, 1, 1, kernelCount].
 * A forward pass holds all patches at once: kH kW times its input.
 *
 * @param x f32 [T, B, C, H, W]
 * @returns f32 [T + (Kd - 1) / 2, B, O, H', W'], or T steps with `keepLength`; H' as in `Conv2d`
 * @throws ShapeError if `x` is no sequence of such images, or the kernel is larger than the padded image
 * @throws MyelinError for an even `maxDelay` or an option out of range
 * @source Hammouamri et al., ICLR 2024, for the delays; the spatial part is an ordinary convolution
 */
export class DelayConv2d extends DelayLayer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: number;
  readonly padding: number;

  constructor(inChannels: number, outChannels: number, options: DelayConv2dOptions) {
    const known = { ...DELAY_OPTIONS, kernelSize: true, stride: true, padding: true } as const;
    checkOptions("DelayConv2d", options, known, "{ kernelSize: 3, maxDelay: 25 }");
    checkInteger("DelayConv2d.inChannels", inChannels, { min: 1 });
    checkInteger("DelayConv2d.outChannels", outChannels, { min: 1 });
    const { kernelSize: size, stride = DELAY_DEFAULTS.stride, padding = DELAY_DEFAULTS.padding } = options;
    const [height, width] = sizePair("DelayConv2d.kernelSize", size);
    super("DelayConv2d", [outChannels, inChannels, height, width], options);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.stride = checkInteger("DelayConv2d.stride", stride, { min: 1 });
    this.padding = checkInteger("DelayConv2d.padding", padding, { min: 0 });
  }

  forward(x: Tensor): Tensor {
    const { kernel, maxDelay, stride, padding } = this;
    return this.alongTime(x, (sequence, keepLength) => {
      const options = { ...kernel, maxDelay, keepLength, stride, padding };
      return this.scoped(() => delayConv2d(sequence, this.weight, this.position, options));
    });
  }
}
