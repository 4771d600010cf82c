/**
 * Storage of the reference backend: float64 numbers in logical order. What was not written yet reads as NaN,
 * and what was freed cannot be read at all, so that mistakes of a caller show.
 */
import { BackendError } from "../../../errors.ts";
import type { Lifetime, Storage } from "../../backend.ts";

/** An allocation; views of it share it. */
interface Block {
  readonly values: Float64Array;
  readonly lifetime: Lifetime;
  freed: boolean;
}

/** A part of a block, or all of it. */
class ReferenceStorage implements Storage {
  readonly length: number;
  readonly block: Block;
  readonly offset: number;
  readonly base: Storage | undefined;

  constructor(block: Block, offset: number, length: number, base?: Storage) {
    this.block = block;
    this.offset = offset;
    this.length = length;
    this.base = base;
  }
}

/** Keeps account of the blocks in use. */
export class Memory {
  #persistentBytes = 0;
  #stepPeak = 0;
  #stepBytes = 0;
  #stepBlocks: Block[] = [];

  allocate(length: number, lifetime: Lifetime): Storage {
    const block = { values: new Float64Array(length).fill(NaN), lifetime, freed: false };
    if (lifetime === "persistent") {
      this.#persistentBytes += block.values.byteLength;
    } else {
      this.#stepBlocks.push(block);
      this.#stepBytes += block.values.byteLength;
      this.#stepPeak = Math.max(this.#stepPeak, this.#stepBytes);
    }
    return new ReferenceStorage(block, 0, length);
  }

  release(storage: Storage): void {
    const { block } = ownStorage(storage);
    if (block.freed) return;
    block.freed = true;
    if (block.lifetime === "persistent") this.#persistentBytes -= block.values.byteLength;
    else this.#stepBytes -= block.values.byteLength;
  }

  endStep(): void {
    for (const block of this.#stepBlocks) block.freed = true;
    this.#stepBlocks = [];
    this.#stepBytes = 0;
  }

  usage(): { readonly bytes: number; readonly stepPeak: number } {
    return { bytes: this.#persistentBytes + this.#stepBytes, stepPeak: this.#stepPeak };
  }
}

/** A part of `storage` that shares its numbers. */
export function viewOf(storage: Storage, offset: number, length: number): Storage {
  const parent = ownStorage(storage);
  return new ReferenceStorage(parent.block, parent.offset + offset, length, parent.base ?? parent);
}

/**
 * The numbers of a storage, shared, not copied.
 *
 * @throws BackendError for storage of another backend, or whose lifetime has ended
 */
export function valuesOf(storage: Storage): Float64Array {
  const { block, offset, length } = ownStorage(storage);
  if (block.freed) {
    throw new BackendError(
      `ReferenceBackend: expected storage in use, got ${length} numbers that were freed. ` +
        "Step storage lives until the step ends.",
    );
  }
  return block.values.subarray(offset, offset + length);
}

function ownStorage(storage: Storage): ReferenceStorage {
  if (storage instanceof ReferenceStorage) return storage;
  throw new BackendError(
    `ReferenceBackend: expected its own storage, got ${storage.length} numbers of another backend. ` +
      "Tensors of two engines cannot be mixed.",
  );
}

/** A type with each `Storage` in it replaced by `Float64Array`: what the functions of this folder take. */
export type Arrays<A> = A extends Storage
  ? Float64Array
  : A extends object
    ? { readonly [K in keyof A]: Arrays<A[K]> }
    : A;

/** The other way round: a type with each `Float64Array` in it replaced by `Storage`. */
type Stored<A> = A extends Float64Array
  ? Storage
  : A extends (...args: never[]) => unknown
    ? A
    : A extends object
      ? { readonly [K in keyof A]: Stored<A[K]> }
      : A;

/** The parameters of a function over arrays, as the backend's callers pass them. */
type StoredArguments<A extends readonly unknown[]> = { [K in keyof A]: Stored<A[K]> };

/** Turns a function over arrays into the same function over storage. */
export function onStorage<A extends readonly unknown[], R>(
  compute: (...args: A) => R,
): (...args: StoredArguments<A>) => R {
  return (...args) => compute(...(args.map(arraysIn) as unknown as A));
}

/** The numbers of a storage, or an object of sizes, options and storages with each storage replaced by its numbers. */
function arraysIn(argument: unknown): unknown {
  if (typeof argument !== "object" || argument === null) return argument;
  if (!isPlain(argument)) return valuesOf(argument as Storage);
  const replaced = ([name, value]: [string, unknown]) => [name, isArgument(value) ? arraysIn(value) : value];
  return Object.fromEntries(Object.entries(argument).map(replaced));
}

/** Whether a member concerns the backend; callers may hand on objects with members of their own. */
function isArgument(value: unknown): boolean {
  return value instanceof ReferenceStorage || (typeof value === "object" && value !== null && isPlain(value));
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
