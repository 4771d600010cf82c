/**
 * The groups of this folder on arrays, and the same groups on storages.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { Storage } from "../../backend/index.ts";

/** Named buffers, or anything else, with each `Storage` replaced by `Float64Array`. */
export type Arrays<B> = {
  readonly [N in keyof B]: ListOf<B[N]>;
};

type ListOf<V> = [V] extends [readonly (infer S)[]]
  ? readonly ArrayOf<S>[]
  : [V] extends [readonly (infer S)[] | undefined]
    ? readonly ArrayOf<S>[] | undefined
    : ArrayOf<V>;

type ArrayOf<S> = [S] extends [Storage] ? Float64Array : Float64Array | undefined;

/** A group of operations on arrays: what the files of this folder define. */
export type OnArrays<Group> = {
  readonly [K in keyof Group]: Group[K] extends (size: infer S, buffers: infer B, ...rest: infer R) => infer T
    ? (size: S, buffers: Arrays<B>, ...rest: R) => T
    : never;
};

/** The same group on storages. */
export function onStorage<Group>(
  group: OnArrays<Group>,
  valuesOf: (storage: Storage) => Float64Array,
): Group {
  const optional = (storage: Storage | undefined): Float64Array | undefined => storage && valuesOf(storage);
  type Operation = (size: unknown, buffers: object, ...rest: unknown[]) => unknown;
  const operations = Object.entries(group as Readonly<Record<string, Operation>>).map(([name, compute]) => {
    const run: Operation = (size, buffers, ...rest) => {
      const arrays = Object.entries(buffers).map(([buffer, storage]) => [
        buffer,
        Array.isArray(storage) ? storage.map(optional) : optional(storage as Storage | undefined),
      ]);
      return compute(size, Object.fromEntries(arrays) as object, ...rest);
    };
    return [name, run];
  });
  return Object.fromEntries(operations) as Group;
}
