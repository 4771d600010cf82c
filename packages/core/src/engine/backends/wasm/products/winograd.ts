/**
 * Dense 3 x 3 convolutions of stride 1 by Winograd's transform, which more than halves the products.
 * Where there are enough channels for the transforms to pay.
 * Measured in bench/LAB.md, Convolutions.
 */
import type { ConvSize, WindowSize } from "../../../backend/index.ts";
import type { Address } from "../runtime/address.ts";
import { type Runtime, SCRATCH_BYTES } from "../runtime/runtime.ts";

/** Tiles of a group: rows of the register tile. */
const GROUP = 6;
/** Values of scratch memory for each channel of a group, and as many for the transform itself. */
const VALUES = 96;
/** Channels, in and out together, that four groups of tiles are worked on at once for. */
const MANY_CHANNELS = 256;
/** Channels, in and out, from which fewer products outweigh the transforms; measured in bench/LAB.md. */
const FEWEST_CHANNELS = 8;

/** What the kernel sees of a convolution or of its input gradient. */
interface Correlation extends WindowSize {
  readonly planes: number;
  readonly channels: number;
  readonly outputs: number;
  /** Whether the kernel is turned by 180 degrees. */
  readonly flipped: boolean;
}

/** What a correlation works on; `w` is the matrix (place, channel) x output. */
interface Operands {
  readonly x: Address;
  readonly w: Address;
  readonly bias?: Address;
  readonly y: Address;
}

/** Whether Winograd's method can do this convolution, and is quicker than the plain product. */
export function winogradPays(size: ConvSize): boolean {
  const { inChannels, outChannels, groups, kernelHeight, kernelWidth, stride } = size;
  const square = kernelHeight === 3 && kernelWidth === 3 && stride === 1 && groups === 1;
  const whole = inChannels % 4 === 0 && outChannels % 4 === 0;
  const enough =
    Math.min(inChannels, outChannels) >= FEWEST_CHANNELS && size.outHeight > 3 && size.outWidth > 3;
  const { bytes } = blockOf(inChannels, outChannels);
  return square && whole && enough && size.padding <= 2 && bytes <= SCRATCH_BYTES;
}

/** Groups of six tiles that are worked on at once, and the scratch memory that they take. */
function blockOf(channels: number, outputs: number): { groups: number; bytes: number } {
  const groups = channels + outputs > MANY_CHANNELS ? 2 : 4;
  const padded = Math.ceil(Math.max(channels, outputs) / 8) * 8;
  return { groups, bytes: 4 * VALUES * padded * (1 + 2 * groups) };
}

export function winogradForward(runtime: Runtime, size: ConvSize, operands: Operands): void {
  const channels = { channels: size.inChannels, outputs: size.outChannels };
  correlate(runtime, { ...size, ...channels, flipped: false }, operands);
}

/** `x` is gy and `y` gx; `w` the matrix (place, output channel) x input channel. */
export function winogradInputGradient(runtime: Runtime, size: ConvSize, operands: Operands): void {
  const { inHeight, inWidth, outHeight, outWidth } = size;
  const shape = { inHeight: outHeight, inWidth: outWidth, outHeight: inHeight, outWidth: inWidth };
  const channels = { channels: size.outChannels, outputs: size.inChannels };
  const padding = 2 - size.padding;
  correlate(runtime, { ...size, ...shape, ...channels, padding, flipped: true }, operands);
}

function correlate(runtime: Runtime, correlation: Correlation, { x, w, bias, y }: Operands): void {
  const { planes, channels, outputs, flipped, outHeight, outWidth } = correlation;
  const { groups } = blockOf(channels, outputs);
  const [across, down] = [Math.ceil(outWidth / 2), Math.ceil(outHeight / 2)];
  runtime.scratch(16 * channels * Math.ceil(outputs / 8) * 8, (u) => {
    const grain = runtime.grain(channels, 16);
    runtime.run("winogradWeights", channels, grain, { w, channels, outputs, flipped, u });
    const tiles = { ...correlation, across, down };
    runtime.run("winograd", planes * across * down, groups * GROUP, { tiles, x, u, bias, y, groups });
  });
}
