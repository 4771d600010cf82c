import type { IntegratorBackend } from "../../backend/index.ts";
import { elementsPerBlock } from "./runtime/blocks.ts";
import type { Runtime } from "./runtime/runtime.ts";

export function integrator(runtime: Runtime): IntegratorBackend {
  return {
    forward({ steps, size }, { x, initial, v }, { keep, gain }) {
      const operands = { keep, gain, x, initial, v, steps, size };
      runtime.run("integratorForward", size, elementsPerBlock(steps, size), operands);
    },
    backward({ steps, size }, { gv, gx, gInitial }, { keep, gain }) {
      const operands = { keep, gain, gv, gx, gInitial, steps, size };
      runtime.run("integratorBackward", size, elementsPerBlock(steps, size), operands);
    },
  };
}
