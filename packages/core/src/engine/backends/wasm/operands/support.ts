/**
 * Where the gradient of a spike counts: behind a surrogate of compact support it is zero for most potentials.
 * No product is spent on these where at most 13 % of the potentials are inside.
 * Measured in bench/LAB.md, Surrogates of compact support.
 */
import type { SpikeSource } from "../../../../equations/index.ts";
import type { Storage } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { SpikeSupport, WasmStorage } from "../runtime/storage.ts";

/** Share of potentials inside the support up to which sampled gradients win; measured in bench/LAB.md. */
const CROSSOVER = 0.13;
/** Potentials looked at to estimate that share. */
const SAMPLE = 2048;

/**
 * The support of spikes fired at u = factor charged + offset >= 0.
 *
 * @param reach the surrogate is zero where |u| is not less
 * @returns undefined where some potentials outside of the support would count
 */
export function supportOf(
  runtime: Runtime,
  charged: Storage,
  { factor, offset, cut }: ReturnType<SpikeSource["of"]>,
  reach: number,
): SpikeSupport | undefined {
  if (factor === 0 || Math.abs(cut) < reach) return undefined;
  const window = { threshold: -offset / factor, alpha: Math.abs(factor), limit: reach };
  return { step: runtime.step, charged: charged as WasmStorage, window };
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
