import { type Buffers, type LengthsOf, output, same } from "./lengths.ts";

/** What only a backend can do whose values the host reads at once. */
export interface HostBackend {
  /** `out = f(x)` by a function of the caller, one value at a time: slow, for surrogates that have no kernel. `out` may be `x`. */
  map(length: number, buffers: Buffers<"x" | "out">, f: (value: number) => number): void;
  /** Copies values to the host's memory, in the order in which the backend keeps them. */
  copyOut(length: number, buffers: Buffers<"x">, target: Float32Array): void;
}

/** Lengths of the buffers of `HostBackend`. */
export const HOST_LENGTHS: LengthsOf<HostBackend> = {
  map: { x: same, out: output(same) },
  copyOut: { x: same },
};
