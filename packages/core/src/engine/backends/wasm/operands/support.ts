/**
 * Where the gradient of a spike counts: behind a surrogate of compact support it is zero for most potentials.
 * No product is spent on these where at most 13 % of the potentials are inside.
 * Measured in bench/LAB.md, Surrogates of compact support.
 */
import type { NeuronSpec, Storage, SurrogateKind } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { SpikeSupport, WasmStorage } from "../runtime/storage.ts";

/** Share of potentials inside the support up to which sampled gradients win; measured in bench/LAB.md. */
const CROSSOVER = 0.13;
/** Potentials looked at to estimate that share. */
const SAMPLE = 2048;

/** a |z| below which the derivative of a surrogate of compact support is not zero. */
const LIMITS: Partial<Record<SurrogateKind, number>> = { piecewiseQuadratic: 1, triangle: 1, rectangle: 0.5 };

/** The support of spikes fired from `charged`; undefined where the surrogate is nowhere zero. */
export function supportOf(
  runtime: Runtime,
  { surrogate, vThreshold: threshold, alpha }: NeuronSpec,
  charged: Storage | undefined,
): SpikeSupport | undefined {
  const limit = LIMITS[surrogate];
  if (limit === undefined || !charged) return undefined;
  return { step: runtime.step, charged: charged as WasmStorage, window: { threshold, alpha, limit } };
}

/** The support of `spikes` when it is known and small enough for sampling to pay. */
export function usefulSupport(runtime: Runtime, spikes: Storage): SpikeSupport | undefined {
  const { support } = spikes as WasmStorage;
  if (support?.step !== runtime.step) return undefined;
  return shareInside(runtime.values(support.charged), support.window) <= CROSSOVER ? support : undefined;
}

function shareInside(charged: Float32Array, { threshold, alpha, limit }: SpikeSupport["window"]): number {
  const stride = Math.max(1, Math.floor(charged.length / SAMPLE)) | 1;
  let seen = 0;
  let inside = 0;
  for (let i = 0; i < charged.length; i += stride) {
    seen++;
    if (Math.abs((charged[i] as number) - threshold) * alpha < limit) inside++;
  }
  return inside / seen;
}
