/**
 * Addresses in the WebAssembly memory: what kernels are given for storages.
 * Zero stands for none.
 * On the way of every call: see docs/checks.md for what a call costs.
 */
import type { Storage } from "../../../backend/index.ts";

/** A storage of this backend, an address, or none. */
export type Address = Storage | number | undefined;

/** The address in memory; 0 for an absent storage. */
export function addressOf(value: Address): number {
  return typeof value === "object" ? (value as Storage & { readonly pointer: number }).pointer : (value ?? 0);
}

/** The address of the value at `index`. */
export function addressAt(storage: Storage, index: number): number {
  return addressOf(storage) + 4 * index;
}
