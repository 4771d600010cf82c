import type { PoolSize } from "../../backend.ts";
import { frame } from "./frame.ts";
import type { Machine } from "./machine.ts";

/** Planes a unit of work, at most. */
const GRAIN = 16;

/** Runs a pooling kernel on all planes. */
export function pool(
  machine: Machine,
  kernel: "averagePoolForward" | "averagePoolBackward" | "maxPoolForward" | "maxPoolBackward",
  size: PoolSize,
  addresses: readonly number[],
): void {
  const geometry = machine.record([], [...frame(size), size.channels]);
  machine.run(kernel, size.planes, machine.grain(size.planes, GRAIN), [geometry, ...addresses]);
}
