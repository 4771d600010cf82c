import type { Tensor } from "../engine/index.ts";

/**
 * Copies values out in the order in which the backend keeps them: at once where the host can read them, else when the
 * promise is kept.
 */
export function readInto(
  { engine, size, storage: x }: Tensor,
  target: Float32Array,
): Promise<void> | undefined {
  const { host, memory } = engine.backend;
  if (host === undefined) return memory.read(x).then((values) => target.set(values));
  host.copyOut(size, { x }, target);
  return undefined;
}
