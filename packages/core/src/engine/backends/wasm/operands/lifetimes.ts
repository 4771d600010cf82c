import type { Lifetime } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { WasmStorage } from "../runtime/storage.ts";

/** The step that lists made from `x` belong to; values of a view may change through its base. */
export function stepOf(runtime: Runtime, x: WasmStorage): number | undefined {
  return x.lifetime === "persistent" && !x.base ? undefined : runtime.step;
}

/** Lists that belong to no step last as long as the values. */
export function lifetimeOf(step: number | undefined): Lifetime {
  return step === undefined ? "persistent" : "step";
}
