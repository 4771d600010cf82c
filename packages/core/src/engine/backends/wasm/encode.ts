/**
 * Spikes from intensities and signals.
 * One path per encoder: all steps of a chunk of elements.
 * Limited by memory; a part of `mnist-mlp-T25`.
 */
import type { EncodeBackend } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Elements of a step per chunk. */
const GRAIN = 4096;

export function encode(runtime: Runtime): EncodeBackend {
  return {
    bernoulli({ steps, size }, { x, y }, { key, image }) {
      const { channels, positions } = image ?? { channels: 1, positions: 1 };
      runtime.run("bernoulli", size, GRAIN, { key, x, y, steps, size, channels, positions });
    },
    latency: ({ steps, size }, { x, y }) => runtime.run("latency", size, GRAIN, { x, y, steps, size }),
    delta: ({ steps, size }, { x, y }, { threshold, signed }) =>
      runtime.run("delta", size, GRAIN, { threshold, signed, x, y, steps, size }),
  };
}
