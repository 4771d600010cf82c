/**
 * A pattern of sparse weights as kernels want it: by output and by column.
 * Made when a pattern is first used and kept with it.
 * Bytes are counted by `patterns.indexBytes`.
 */
import { type ConvSize, densePlaces, type SparsePattern } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { WasmStorage } from "../runtime/storage.ts";

/** A list of lists of i32 in the WebAssembly memory: list n lies between starts[n] and starts[n + 1]. */
export interface Lists {
  readonly starts: WasmStorage;
  readonly index: WasmStorage;
}

/** A pattern as kernels want it. */
export interface SparseIndex {
  /** How many numbers the weight has. */
  readonly count: number;
  /** For each output, the columns `place * inputs + channel` of its numbers, in their own order. */
  readonly byOutput: Lists;
  /** For each (channel, place), the rows `place * outputs + output` of its numbers. */
  readonly byColumn: Lists;
  /** Which number stands where in `byColumn`. */
  readonly slots: WasmStorage;
}

type Shape = Pick<ConvSize, "inChannels" | "outChannels" | "kernelHeight" | "kernelWidth" | "groups">;

/** Keeps the index of every pattern in use, and frees it when the pattern is gone. */
export class SparseIndices {
  readonly #runtime: Runtime;
  readonly #known = new WeakMap<SparsePattern, SparseIndex>();
  readonly #collected: FinalizationRegistry<readonly WasmStorage[]>;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#collected = new FinalizationRegistry((storages) => {
      for (const storage of storages) runtime.release(storage);
    });
  }

  /** The index of a pattern, which belongs to one layer and so to one shape. */
  of(pattern: SparsePattern, shape: Shape): SparseIndex {
    const known = this.#known.get(pattern);
    if (known) return known;
    const index = this.#build(pattern, shape);
    this.#known.set(pattern, index);
    this.#collected.register(pattern, storagesOf(index), pattern);
    return index;
  }

  /** Frees the index of a pattern at once: the collector of garbage does not see how large it is. */
  release(pattern: SparsePattern): void {
    const index = this.#known.get(pattern);
    if (!index) return;
    this.#collected.unregister(pattern);
    this.#known.delete(pattern);
    for (const storage of storagesOf(index)) this.#runtime.release(storage);
  }

  /** Bytes of the index of a pattern; 0 for one that was not used yet. */
  bytes(pattern: SparsePattern): number {
    const index = this.#known.get(pattern);
    return index ? storagesOf(index).reduce((sum, { length }) => sum + 4 * length, 0) : 0;
  }

  #build(pattern: SparsePattern, shape: Shape): SparseIndex {
    const { outputs, columns } = pattern;
    const channels = shape.inChannels;
    const inputs = channels / shape.groups;
    const groupOutputs = outputs / shape.groups;
    const places = shape.kernelHeight * shape.kernelWidth;
    const dense = densePlaces(pattern);
    const count = dense.length;
    const outputStarts = new Int32Array(outputs + 1);
    const columnStarts = new Int32Array(channels * places + 1);
    const panelColumns = new Int32Array(count);
    const denseColumns = new Int32Array(count);
    for (let i = 0, output = 0, from = 0; i < count; i++) {
      const at = dense[i] as number;
      for (; at >= from + columns; from += columns) output++;
      const column = Math.floor(output / groupOutputs) * inputs * places + (at - from);
      const channel = Math.floor(column / places);
      denseColumns[i] = column;
      panelColumns[i] = (column - channel * places) * channels + channel;
      outputStarts[output + 1]!++;
      columnStarts[column + 1]!++;
    }
    accumulate(outputStarts);
    accumulate(columnStarts);
    const next = columnStarts.slice();
    const rows = new Int32Array(count);
    const slots = new Int32Array(count);
    for (let i = 0, output = 0; i < count; i++) {
      while (i >= (outputStarts[output + 1] as number)) output++;
      const column = denseColumns[i] as number;
      const at = next[column]!++;
      rows[at] = (column % places) * outputs + output;
      slots[at] = i;
    }
    return {
      count,
      byOutput: { starts: this.#upload(outputStarts), index: this.#upload(panelColumns) },
      byColumn: { starts: this.#upload(columnStarts), index: this.#upload(rows) },
      slots: this.#upload(slots),
    };
  }

  /** Integers in memory that lasts until it is released. */
  #upload(numbers: Int32Array): WasmStorage {
    const storage = this.#runtime.allocate(numbers.length, "persistent");
    writeIntegers(this.#runtime, storage, numbers);
    return storage;
  }
}

function storagesOf({ byOutput, byColumn, slots }: SparseIndex): WasmStorage[] {
  return [byOutput.starts, byOutput.index, byColumn.starts, byColumn.index, slots];
}

/** Writes integers where the storage keeps its numbers. */
export function writeIntegers(runtime: Runtime, storage: WasmStorage, integers: Int32Array): void {
  new Int32Array(runtime.f32.buffer, storage.pointer, integers.length).set(integers);
}

/** Counts at 1.. become starts. */
function accumulate(starts: Int32Array): void {
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1] as number;
}
