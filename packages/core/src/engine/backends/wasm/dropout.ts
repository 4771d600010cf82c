/**
 * Dropout from a counter-based mask.
 * One path: a pass over blocks (samples and steps), each a function of its logical indices alone.
 * Limited by memory; not measured by itself.
 */
import type { DropoutBackend } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

export function dropout(runtime: Runtime): DropoutBackend {
  return {
    apply({ steps, batch, channels, positions }, { x, y }, { p, constantOverTime, key }) {
      const blocks = steps * batch;
      const period = constantOverTime ? batch : blocks;
      const least = Math.min(Math.ceil(p * 2 ** 32), 2 ** 32 - 1);
      const operands = { key, least, scale: 1 / (1 - p), x, y, period, channels, positions };
      runtime.run("dropout", blocks, runtime.grain(blocks, 64), operands);
    },
  };
}
