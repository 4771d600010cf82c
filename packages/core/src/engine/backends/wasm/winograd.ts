import type { ConvSize, Storage } from "../../backend.ts";
import { type Machine, SCRATCH_BYTES } from "./machine.ts";
import { addressOf, type WasmStorage } from "./storage.ts";

/** Tiles of a group: rows of the register tile. */
const GROUP = 6;
/** Numbers of scratch memory for each channel of a group, and as many for the transform itself. */
const NUMBERS = 96;
/** Channels, in and out together, that four groups of tiles are worked on at once for. */
const MANY_CHANNELS = 256;
/** Channels, in and out, from which fewer products outweigh the transforms; measured in bench/LAB.md. */
const FEWEST_CHANNELS = 8;

/** What the kernel sees of a convolution or of its input gradient. */
interface Correlation {
  readonly planes: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly padding: number;
  readonly channels: number;
  readonly outputs: number;
  /** Whether the kernel is turned by 180 degrees. */
  readonly flipped: boolean;
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
  return { groups, bytes: 4 * NUMBERS * padded * (1 + 2 * groups) };
}

/** @param w the matrix (place, input channel) x output channel */
export function winogradForward(
  machine: Machine,
  size: ConvSize,
  x: Storage,
  w: WasmStorage,
  bias: Storage | null,
  y: Storage,
): void {
  const { planes, inHeight, inWidth, outHeight, outWidth, padding } = size;
  const shape = { planes, inHeight, inWidth, outHeight, outWidth, padding };
  const channels = { channels: size.inChannels, outputs: size.outChannels };
  correlate(machine, { ...shape, ...channels, flipped: false }, x, w, addressOf(bias), y);
}

/** @param w the matrix (place, output channel) x input channel */
export function winogradInputGradient(
  machine: Machine,
  size: ConvSize,
  gy: Storage,
  w: WasmStorage,
  gx: Storage,
): void {
  const { planes, inHeight, inWidth, outHeight, outWidth } = size;
  const shape = { inHeight: outHeight, inWidth: outWidth, outHeight: inHeight, outWidth: inWidth };
  const channels = { channels: size.outChannels, outputs: size.inChannels };
  const correlation = { planes, ...shape, ...channels, padding: 2 - size.padding, flipped: true };
  correlate(machine, correlation, gy, w, 0, gx);
}

function correlate(
  machine: Machine,
  c: Correlation,
  x: Storage,
  w: WasmStorage,
  bias: number,
  y: Storage,
): void {
  const { channels, outputs } = c;
  const { groups } = blockOf(channels, outputs);
  const [across, down] = [Math.ceil(c.outWidth / 2), Math.ceil(c.outHeight / 2)];
  machine.lend(16 * channels * Math.ceil(outputs / 8) * 8, (u) => {
    const weights = [w.pointer, channels, outputs, Number(c.flipped), u.pointer];
    machine.run("winogradWeights", channels, machine.grain(channels, 16), weights);
    const frame = [c.inHeight, c.inWidth, c.outHeight, c.outWidth, c.padding];
    const geometry = machine.record([], [...frame, channels, outputs, across, down]);
    const args = [geometry, addressOf(x), u.pointer, bias, addressOf(y), groups];
    machine.run("winograd", c.planes * across * down, groups * GROUP, args);
  });
}
