import { BackendError, MyelinError } from "../../errors.ts";
import type { Tensor } from "../tensor.ts";

/** A surrogate of the user's. */
export interface CustomSurrogate {
  /** g'(z) for surrogate "custom". */
  readonly customDerivative?: ((z: number) => number) | undefined;
  /** What the surrogate is called in messages. */
  readonly surrogateName?: string | undefined;
}

/**
 * g'(f[t] - vThreshold) at every potential, by a user's function.
 * @throws MyelinError where the function returns no finite number
 */
export function tabulateDerivative(
  options: CustomSurrogate & { readonly vThreshold: number },
  charged: Tensor,
  owner: string,
): Tensor {
  const { customDerivative: derivative, surrogateName = "custom", vThreshold } = options;
  if (!derivative) {
    throw new BackendError('surrogate: expected a `customDerivative` for surrogate "custom", got none.');
  }
  const checked = (f: number): number => {
    const z = f - vThreshold;
    const slope: unknown = derivative(z);
    // A potential that is not finite is not the function's fault.
    if ((typeof slope === "number" && Number.isFinite(Math.fround(slope))) || !Number.isFinite(z))
      return slope as number;
    throw new MyelinError(
      `${owner}: expected a finite derivative of the surrogate "${surrogateName}" at z = ${z}, got ${String(slope)}. ` +
        "It has to return a number for every z.",
    );
  };
  const { engine } = charged;
  const table = engine.empty(charged.shape, charged.format);
  const { host } = engine.backend;
  if (!host) {
    throw new BackendError(
      `${owner}: expected a surrogate that ${engine.label} knows, got "${surrogateName}", a function of yours. ` +
        "It can be used where the host reads values at once, as on the backend wasm.",
    );
  }
  host.map(charged.size, { x: charged.storage, out: table.storage }, checked);
  return table;
}
