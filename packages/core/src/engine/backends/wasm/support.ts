import type { ConvSize, LinearSize, Storage } from "../../backend.ts";
import type { NeuronSpec, SurrogateKind } from "../../backend-neurons.ts";
import type { Machine } from "./machine.ts";
import { addressOf, type WasmStorage } from "./storage.ts";

/** Share of potentials inside the support up to which sampled gradients win; measured in bench/LAB.md. */
const CROSSOVER = 0.13;
/** Potentials looked at to estimate that share. */
const SAMPLE = 2048;

/** a |z| below which the derivative of a surrogate of compact support is not zero. */
const LIMITS: Partial<Record<SurrogateKind, number>> = { piecewiseQuadratic: 1, triangle: 1, rectangle: 0.5 };

/** Where the gradient of spikes matters: the potentials they were fired from, and the surrogate's support. */
export interface Support {
  /** The step in whose memory the potentials stand. */
  readonly step: number;
  readonly charged: WasmStorage;
  readonly window: readonly [threshold: number, alpha: number, limit: number];
}

/** The support of spikes fired from `charged`; undefined where the surrogate is nowhere zero. */
export function supportOf(
  machine: Machine,
  spec: NeuronSpec,
  charged: Storage | undefined,
): Support | undefined {
  const limit = LIMITS[spec.surrogate];
  if (limit === undefined || !charged) return undefined;
  const window = [spec.vThreshold, spec.alpha, limit] as const;
  return { step: machine.step, charged: charged as WasmStorage, window };
}

/** The support of `spikes` when it is known and small enough for sampling to pay. */
export function usefulSupport(machine: Machine, spikes: Storage): Support | undefined {
  const { support } = spikes as WasmStorage;
  if (support?.step !== machine.step) return undefined;
  return shareInside(machine.numbers(support.charged), support.window) <= CROSSOVER ? support : undefined;
}

function shareInside(charged: Float32Array, [threshold, alpha, limit]: Support["window"]): number {
  const stride = Math.max(1, Math.floor(charged.length / SAMPLE)) | 1;
  let seen = 0;
  let inside = 0;
  for (let i = 0; i < charged.length; i += stride) {
    seen++;
    if (Math.abs((charged[i] as number) - threshold) * alpha < limit) inside++;
  }
  return inside / seen;
}

/** Input gradient of a linear layer inside the support of its input spikes, zero elsewhere. */
export function sampleLinear(
  machine: Machine,
  size: LinearSize,
  support: Support,
  gy: Storage,
  weight: Storage,
  gx: Storage,
): void {
  const { rows, inputs, outputs } = size;
  machine.lend(inputs * outputs, (byInput) => {
    const layout = [addressOf(weight), byInput.pointer, 1, outputs, 1, 0, inputs];
    machine.run("permute", inputs, machine.grain(inputs, 64), layout);
    machine.run("sampleLinear", rows, machine.grain(rows, 64), [
      ...[machine.record(support.window), support.charged.pointer, addressOf(gy)],
      ...[byInput.pointer, addressOf(gx), inputs, outputs],
    ]);
  });
}

/**
 * The same for a convolution of one group.
 * @param weights (place, input channel) x output channel
 * @param frame heights, widths, stride and padding; see `Frame` in assembly/sampled.ts
 */
export function sampleConv(
  machine: Machine,
  size: ConvSize,
  support: Support,
  gy: Storage,
  weights: WasmStorage,
  gx: Storage,
  frame: readonly number[],
): void {
  const pixels = size.planes * size.inHeight * size.inWidth;
  const { window } = support;
  const record = machine.record(window, frame);
  machine.run("sampleConv", pixels, machine.grain(pixels, 256), [
    ...[record, record + 4 * window.length, support.charged.pointer, addressOf(gy)],
    ...[weights.pointer, addressOf(gx), size.inChannels, size.outChannels],
  ]);
}
