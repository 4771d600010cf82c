/**
 * Storage of the reference backend: float64 values in logical order.
 * What was not written yet reads as NaN, and what was freed cannot be read at all, so that mistakes of a caller show.
 * The specification: test/conformance holds other backends against it.
 */
import { BackendError } from "../../../errors.ts";
import type { Lifetime, MemoryBackend, MemoryUsage, Storage } from "../../backend/index.ts";

/** An allocation; views of it share it. */
interface Block {
  readonly values: Float64Array;
  readonly lifetime: Lifetime;
  freed: boolean;
}

/** A handle on a block. */
class ReferenceStorage implements Storage {
  readonly length: number;
  readonly block: Block;
  readonly base: Storage | undefined;

  constructor(block: Block, base?: Storage) {
    this.length = block.values.length;
    this.block = block;
    this.base = base;
  }
}

/** Keeps account of the blocks in use. */
export class ReferenceMemory implements MemoryBackend {
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
    return new ReferenceStorage(block);
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

  view(storage: Storage): Storage {
    const parent = ownStorage(storage);
    return new ReferenceStorage(parent.block, parent.base ?? parent);
  }

  /** Images are kept as they come. */
  write(storage: Storage, data: ArrayLike<number>): void {
    valuesOf(storage).set(data);
  }

  async read(storage: Storage): Promise<Float32Array> {
    return Float32Array.from(valuesOf(storage));
  }

  usage(): MemoryUsage {
    return { bytes: this.#persistentBytes + this.#stepBytes, stepPeak: this.#stepPeak };
  }

  reclaim(): undefined {}
}

/**
 * The numbers of a storage, shared, not copied.
 *
 * @throws BackendError for storage of another backend, or whose lifetime has ended
 */
export function valuesOf(storage: Storage): Float64Array {
  const { block, length } = ownStorage(storage);
  if (block.freed) {
    throw new BackendError(
      `ReferenceBackend: expected storage in use, got ${length} numbers that were freed. ` +
        "Step storage lives until the step ends.",
    );
  }
  return block.values;
}

function ownStorage(storage: Storage): ReferenceStorage {
  if (storage instanceof ReferenceStorage) return storage;
  throw new BackendError(
    `ReferenceBackend: expected its own storage, got ${storage.length} numbers of another backend. ` +
      "Tensors of two engines cannot be mixed.",
  );
}
