import { record } from "../autograd.ts";
import type { IntegratorSpec } from "../backend-neurons.ts";
import type { Tensor } from "../tensor.ts";
import { requireSequence, sequenceSize, shapeError } from "./arguments.ts";

/**
 * Non-spiking leaky integrator: `v[t] = keep v[t-1] + gain x[t]`.
 *
 * @param x input current, f32 [T, B, ...]
 * @param options `initial`: v[0], f32 [B, ...]; zero when absent
 * @returns v, f32 [T, B, ...]
 */
export function leakyIntegrator(
  x: Tensor,
  options: IntegratorSpec & { readonly initial?: Tensor | undefined },
  owner = "leakyIntegrator",
): Tensor {
  requireSequence(owner, x);
  const size = sequenceSize(x);
  const { initial } = options;
  if (initial && initial.size !== size.size) {
    shapeError(
      owner,
      `an initial potential of ${size.size} values`,
      initial.shape,
      "State is [B, ...] as the input.",
    );
  }
  const { engine } = x;
  const v = engine.empty(x.shape, x.format);
  engine.backend.integratorForward(size, options, x.storage, initial?.storage ?? null, v.storage);
  record(initial ? [x, initial] : [x], [v], ([gv]) => {
    const gx = engine.empty(x.shape, x.format);
    const gInitial = initial ? engine.empty(initial.shape, initial.format) : undefined;
    engine.backend.integratorBackward(
      size,
      options,
      (gv as Tensor).storage,
      gx.storage,
      gInitial?.storage ?? null,
    );
    return initial ? [gx, gInitial] : [gx];
  });
  return v;
}
