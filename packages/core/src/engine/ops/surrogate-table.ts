import { BackendError } from "../../errors.ts";
import type { Tensor } from "../tensor.ts";

interface CustomSurrogate {
  readonly vThreshold: number;
  readonly customDerivative?: ((z: number) => number) | undefined;
}

/** g'(f[t] - vThreshold) at every potential, by a user's function. */
export function tabulateDerivative(options: CustomSurrogate, charged: Tensor): Tensor {
  const derivative = options.customDerivative;
  if (!derivative) {
    throw new BackendError('surrogate: expected a `customDerivative` for surrogate "custom", got none.');
  }
  const { engine } = charged;
  const table = engine.empty(charged.shape, charged.format);
  engine.backend.map(charged.storage, (f) => derivative(f - options.vThreshold), table.storage);
  return table;
}
