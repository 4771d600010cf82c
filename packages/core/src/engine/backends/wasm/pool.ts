/**
 * Average and maximum pooling of images.
 * One path: planes in chunks, all channels of a pixel at a time.
 * Measured as a part of `nmnist-conv-T10` in bench/LAB.md.
 */
import type { PoolBackend, PoolSize } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Planes per unit of work, at most. */
const MOST_PLANES = 16;

export function pool(runtime: Runtime): PoolBackend {
  const grain = ({ planes }: PoolSize): number => runtime.grain(planes, MOST_PLANES);
  return {
    averageForward: (window, buffers) =>
      runtime.run("averagePoolForward", window.planes, grain(window), { window, ...buffers }),
    averageBackward: (window, buffers) =>
      runtime.run("averagePoolBackward", window.planes, grain(window), { window, ...buffers }),
    maxForward: (window, buffers) =>
      runtime.run("maxPoolForward", window.planes, grain(window), { window, ...buffers }),
    maxBackward: (window, buffers) =>
      runtime.run("maxPoolBackward", window.planes, grain(window), { window, ...buffers }),
  };
}
