/** A sum over the parts of a step. */
export interface SumPlan {
  /** Values of the sum. */
  readonly length: number;
  /** How many parts there are; process r of n brings those of `ownParts(parts, r, n)`. */
  readonly parts: number;
}

/**
 * Processes that train one network together, each with a rank from 0 to size - 1. All of them make the same calls in
 * the same order; a call returns at once and its promise is kept when the others have made it too.
 *
 * `@myelin/mpi` gives one over MPI, `connectRanks` one for the threads of a program; `ALONE` is the one of a single process.
 */
export interface Communicator {
  readonly rank: number;
  readonly size: number;
  /** Processes that were lost since all began; 0 if left out. */
  readonly lost?: number;
  /** Memory for `sum`, all 0: such as can be sent while this thread computes. */
  allocate(length: number): Float32Array;
  /**
   * Adds up parts in the order of their tree (see `nodesOf`), so that the number of processes changes no bit.
   *
   * @param values the sums of this process's nodes one behind the other; room for one at least, and for as many as
   * `nodesOf` says. The sum over all parts stands at its beginning afterwards, on every process.
   */
  sum(values: Float32Array, plan: SumPlan): Promise<void>;
  /** What every process has brought, by rank. */
  gather(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** What process `root` has brought; what others bring counts for nothing. */
  broadcast(bytes: Uint8Array, root: number): Promise<Uint8Array>;
  /** Waits until all are here. */
  barrier(): Promise<void>;
}

/** The communicator of a process that trains by itself. */
export const ALONE: Communicator = {
  rank: 0,
  size: 1,
  allocate: (length) => new Float32Array(length),
  sum: () => Promise.resolve(),
  gather: (bytes) => Promise.resolve([bytes]),
  broadcast: (bytes) => Promise.resolve(bytes),
  barrier: () => Promise.resolve(),
};
