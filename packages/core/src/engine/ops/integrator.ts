import { checkNumber, checkOptions } from "../../checks.ts";
import { record } from "../autograd.ts";
import type { IntegratorSpec } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireSequence, requireState, sequenceSize } from "./arguments.ts";

/**
 * Non-spiking leaky integrator: `v[t] = keep v[t-1] + gain x[t]`.
 *
 * @param x input current, f32 [T, B, ...]
 * @param options `initial`: v[0], f32 [B, ...]; zero when absent
 * @returns v, f32 [T, B, ...]
 * @throws ShapeError when `x` has no time axis or `initial` does not fit
 */
export function leakyIntegrator(
  x: Tensor,
  options: IntegratorSpec & { readonly initial?: Tensor | undefined },
  owner = "leakyIntegrator",
): Tensor {
  requireSequence(owner, x);
  checkOptions(owner, options, { keep: true, gain: true, initial: true }, "{ keep: 0.5, gain: 0.5 }");
  checkNumber(`${owner}.keep`, options.keep, {});
  checkNumber(`${owner}.gain`, options.gain, {});
  const size = sequenceSize(x);
  const { initial } = options;
  if (initial !== undefined) requireState(`${owner}.initial`, initial, x);
  const { engine } = x;
  const v = engine.empty(x.shape, x.format);
  engine.backend.integrator.forward(size, { x: x.storage, initial: initial?.storage, v: v.storage }, options);
  record(initial ? [x, initial] : [x], [v], ([gv]) => {
    const gx = engine.empty(x.shape, x.format);
    const gInitial = initial ? engine.empty(initial.shape, initial.format) : undefined;
    const buffers = { gv: (gv as Tensor).storage, gx: gx.storage, gInitial: gInitial?.storage };
    engine.backend.integrator.backward(size, buffers, options);
    return initial ? [gx, gInitial] : [gx];
  });
  return v;
}
