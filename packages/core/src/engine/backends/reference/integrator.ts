/** The non-spiking leaky integrator, `v[t] = keep v[t-1] + gain x[t]`, over `[T, size]`. */
import type { IntegratorBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `IntegratorBackend`. */
export const integrator: OnArrays<IntegratorBackend> = {
  /** `v[-1]` is `initial`, or zero. */
  forward({ steps, size }, { x, initial, v }, { keep, gain }) {
    for (let e = 0; e < size; e++) {
      let previous = initial ? initial[e]! : 0;
      for (let t = 0; t < steps; t++) {
        const i = t * size + e;
        v[i] = keep * previous + gain * x[i]!;
        previous = v[i]!;
      }
    }
  },

  /** Backwards in time, `g[t] = gv[t] + keep g[t+1]`, then `gx[t] = gain g[t]` and `gInitial = keep g[0]`. */
  backward({ steps, size }, { gv, gx, gInitial }, { keep, gain }) {
    for (let e = 0; e < size; e++) {
      let carried = 0;
      for (let t = steps - 1; t >= 0; t--) {
        const i = t * size + e;
        const g = gv[i]! + carried;
        gx[i] = gain * g;
        carried = keep * g;
      }
      if (gInitial) gInitial[e] = carried;
    }
  },
};
