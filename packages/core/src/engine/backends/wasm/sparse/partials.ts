/**
 * Gradients of sparse weights as a few partial ones, added up in order, so that the number of threads changes no bit.
 * Eight units, or fewer where few events are worth a sum over all weights.
 * Measured in bench/LAB.md, Sparse weights.
 */
import type { Storage } from "../../../backend/index.ts";
import type { Address } from "../runtime/address.ts";
import { ELEMENT_GRAIN, type Runtime } from "../runtime/runtime.ts";

/** Partial gradients, so that threads share the rows; fixed, as sums depend on it. */
export const UNITS = 8;

/** Adds up what the units have found. */
export function sumPartials(
  runtime: Runtime,
  sums: {
    readonly partials: Storage;
    readonly units: number;
    readonly count: number;
    readonly slots: Address;
    readonly out: Storage;
  },
): void {
  runtime.run("sumPartials", sums.count, runtime.grain(sums.count, ELEMENT_GRAIN), sums);
}
