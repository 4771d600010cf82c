import { BackendError, MyelinError } from "../../errors.ts";
import type { Tensor } from "../tensor.ts";

/** A surrogate of the user's. */
export interface CustomSurrogate {
  readonly derivative: (u: number) => number;
  /** What the surrogate is called in messages. */
  readonly name: string;
}

/**
 * g'(u) at every potential above the threshold, by a user's function.
 * @throws MyelinError where the function returns no finite number
 */
export function tabulateDerivative(
  surrogate: CustomSurrogate | undefined,
  argument: Tensor,
  owner: string,
): Tensor {
  if (!surrogate) {
    throw new BackendError(`${owner}: expected a surrogate that gives derivatives, got none.`);
  }
  const { derivative, name } = surrogate;
  const checked = (z: number): number => {
    const slope: unknown = derivative(z);
    // A potential that is not finite is not the function's fault.
    if ((typeof slope === "number" && Number.isFinite(Math.fround(slope))) || !Number.isFinite(z))
      return slope as number;
    throw new MyelinError(
      `${owner}: expected a finite derivative of the surrogate "${name}" at z = ${z}, got ${String(slope)}. ` +
        "It has to return a number for every z.",
    );
  };
  const { engine } = argument;
  const { host } = engine.backend;
  if (!host) {
    throw new BackendError(
      `${owner}: expected a surrogate that ${engine.label} knows, got "${name}", a function of yours. ` +
        "It can be used where the host reads values at once, as on the backend wasm.",
    );
  }
  // In place: nothing else reads what was told.
  host.map(argument.size, { x: argument.storage, out: argument.storage }, checked);
  return argument;
}
