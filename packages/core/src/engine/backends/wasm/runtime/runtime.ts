/**
 * Memory, threads and kernels: what the operations of this backend are written with.
 * Knows neither how threads are started nor how the heap works; `start.ts` puts it together.
 * Chunks and threads are measured in bench/LAB.md, Threads.
 */
import type { Lifetime, MemoryUsage, Storage } from "../../../backend/index.ts";
import { addressOf } from "./address.ts";
import type { Heap } from "./heap.ts";
import type { Simd } from "./host.ts";
import { type KernelArguments, type KernelName, KERNELS } from "./kernel-calls.generated.ts";
import type { RecordBlock } from "./records.ts";
import { type EventColumns, WasmStorage } from "./storage.ts";

/** Scratch memory of a thread; the kernels that need more than a few numbers say how much. */
export const SCRATCH_BYTES = 2 * 1024 * 1024;
/** Words of the tables of most loaded kernels. */
const TABLE_WORDS = 64;
/** Elements per chunk of cheap elementwise work; fixed, as some sums depend on it. */
export const ELEMENT_GRAIN = 32768;

/** Kernels that leave a float64 per chunk. */
type SummingKernel = {
  [K in KernelName]: "partials" extends keyof KernelArguments[K] ? K : never;
}[KernelName];

/** Runs kernels on all threads; see `ThreadPool`. */
export interface Pool {
  run(name: KernelName, total: number, grain: number, args: readonly number[]): void;
  load(bytes: Uint8Array<ArrayBuffer>, address: number): number;
  runLoaded(number: number, total: number, grain: number, args: readonly number[]): void;
  requireSound(): void;
  stop(): Promise<void>;
}

/** What a runtime is made of; `startRuntime` makes it. */
export interface Machine {
  readonly simd: Simd;
  readonly threads: number;
  readonly memory: WebAssembly.Memory;
  /** Bytes to which the memory may grow. */
  readonly limit: number;
  readonly heap: Heap;
  /** Looks at the canaries around blocks of a guarded heap. */
  readonly guard: { check(): void; checkAfter(kernel: string, args: readonly number[]): void } | undefined;
  readonly pool: Pool;
  readonly records: RecordBlock;
}

/** Memory, threads and kernels: what the operations of this backend are written with. */
export class Runtime {
  readonly simd: Simd;
  readonly threads: number;
  readonly #memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #heap: Heap;
  readonly #guard: Machine["guard"];
  readonly #pool: Pool;
  readonly #records: RecordBlock;
  readonly #stepBlocks = new Set<number>();
  #step = 0;
  #stepBytes = 0;
  #stepPeak = 0;
  #f32: Float32Array;
  #i32: Int32Array;
  #f64: Float64Array;
  /** Room for the table of a loaded kernel. */
  #table: WasmStorage;

  constructor({ simd, threads, memory, limit, heap, guard, pool, records }: Machine) {
    this.simd = simd;
    this.threads = threads;
    this.#memory = memory;
    this.#limit = limit;
    this.#heap = heap;
    this.#guard = guard;
    this.#pool = pool;
    this.#records = records;
    this.#f32 = new Float32Array(memory.buffer);
    this.#i32 = new Int32Array(memory.buffer);
    this.#f64 = new Float64Array(memory.buffer);
    this.#table = this.allocate(TABLE_WORDS, "persistent");
  }

  /** Number of the running step: what was kept in step memory of another one is gone. */
  get step(): number {
    return this.#step;
  }

  stop(): Promise<void> {
    return this.#pool.stop();
  }

  /** All of memory as float32; a fresh view whenever the memory has grown. */
  get f32(): Float32Array {
    if (this.#f32.buffer !== this.#memory.buffer) this.#f32 = new Float32Array(this.#memory.buffer);
    return this.#f32;
  }

  /** The same as integers. */
  get i32(): Int32Array {
    if (this.#i32.buffer !== this.#memory.buffer) this.#i32 = new Int32Array(this.#memory.buffer);
    return this.#i32;
  }

  /** Address of room for the table of a loaded kernel, which takes the place of the last one's. */
  table(words: number): number {
    if (words > this.#table.length) {
      this.release(this.#table);
      this.#table = this.allocate(2 * words, "persistent");
    }
    return this.#table.pointer;
  }

  /**
   * The values of a storage; valid until the next allocation.
   * @throws BackendError when a thread has ended: they may be half computed
   */
  values(storage: Storage): Float32Array {
    this.#pool.requireSound();
    const from = addressOf(storage) / 4;
    return this.f32.subarray(from, from + storage.length);
  }

  allocate(length: number, lifetime: Lifetime): WasmStorage {
    const pointer = this.#heap.allocate(length * 4);
    if (lifetime === "step") {
      this.#stepBlocks.add(pointer);
      this.#stepBytes += length * 4;
      this.#stepPeak = Math.max(this.#stepPeak, this.#stepBytes);
    }
    return new WasmStorage(pointer, length, lifetime);
  }

  /** Gives the memory of a storage back; what is known about its values goes too. */
  release(storage: WasmStorage): void {
    this.forget(storage);
    if (storage.lifetime === "step") {
      if (!this.#stepBlocks.delete(storage.pointer)) return;
      this.#stepBytes -= storage.length * 4;
    }
    this.#heap.release(storage.pointer);
  }

  /** Drops what is known about the values of a storage, which are about to change. */
  forget(storage: WasmStorage): void {
    storage.support = undefined;
    const { events } = storage;
    if (events === undefined) return;
    storage.events = undefined;
    if (events.step !== undefined) return;
    this.releaseLists(events);
    if (events.columns) this.releaseLists(events.columns);
  }

  /** Gives back the memory of lists that outlive a step. */
  releaseLists({ lists, index, values }: Pick<EventColumns, "lists" | "index" | "values">): void {
    this.release(lists);
    this.release(index);
    if (values) this.release(values);
  }

  /**
   * Frees every step block that was not released.
   * @throws BackendError when the memory is guarded and something was written beside a block
   */
  endStep(): void {
    try {
      this.#guard?.check();
    } finally {
      this.#freeStep();
    }
  }

  #freeStep(): void {
    for (const pointer of this.#stepBlocks) this.#heap.release(pointer);
    this.#stepBlocks.clear();
    this.#stepBytes = 0;
    this.#step++;
  }

  /** Whether another step as large as the largest so far might not fit, or an eighth of all memory is left. */
  get isNearlyFull(): boolean {
    const least = Math.max(this.#stepPeak, this.#limit / 8);
    return this.#limit - this.#heap.bytes < least && this.#heap.room < least;
  }

  /** Bytes that are free in blocks. */
  get room(): number {
    return this.#heap.room;
  }

  usage(): MemoryUsage {
    return { bytes: this.#heap.bytes, stepPeak: this.#stepPeak };
  }

  /** Memory for the time of `work`. */
  scratch<T>(length: number, work: (storage: WasmStorage) => T): T {
    const storage = this.allocate(length, "step");
    try {
      return work(storage);
    } finally {
      this.release(storage);
    }
  }

  /** Runs a kernel over 0..total, in chunks of `grain`. */
  run<K extends KernelName>(name: K, total: number, grain: number, args: KernelArguments[K]): void {
    const packed = KERNELS[name].pack(args, this.#records.start());
    this.#pool.run(name, total, grain, packed);
    this.#guard?.checkAfter(name, packed);
  }

  /** Whether several threads share the memory. */
  get isShared(): boolean {
    return typeof SharedArrayBuffer !== "undefined" && this.#memory.buffer instanceof SharedArrayBuffer;
  }

  /**
   * Adds the kernel of a module that was made at run time.
   * @returns its number for `runLoaded`
   */
  load(bytes: Uint8Array<ArrayBuffer>): number {
    return this.withBytes(bytes, ({ pointer }) => this.#pool.load(bytes, pointer));
  }

  /** Bytes in memory, for the time of `work`. */
  withBytes<T>(bytes: Uint8Array, work: (storage: WasmStorage) => T): T {
    return this.scratch(Math.ceil(bytes.length / 4), (storage) => {
      new Uint8Array(this.#memory.buffer, storage.pointer, bytes.length).set(bytes);
      return work(storage);
    });
  }

  /** Runs a loaded kernel over 0..total. */
  runLoaded(number: number, total: number, grain: number, args: readonly number[]): void {
    this.#pool.runLoaded(number, total, grain, args);
    this.#guard?.checkAfter("equations", args);
  }

  /** Adds up float64 sums that chunks have left one after another, `count` each, in order. */
  sumsAt(address: number, chunks: number, count: number): number[] {
    const partials = new Float64Array(this.#memory.buffer, address, chunks * count);
    const sums = new Array<number>(count).fill(0);
    partials.forEach((partial, i) => (sums[i % count]! += partial));
    return sums;
  }

  /** Runs an elementwise kernel over 0..total. */
  each<K extends KernelName>(name: K, total: number, args: KernelArguments[K]): void {
    this.run(name, total, ELEMENT_GRAIN, args);
  }

  /** Cuts `total` pieces of work into chunks, at least `parts` where there are enough, of at most `most`. */
  grain(total: number, most: number, parts = 8): number {
    return Math.max(1, Math.min(most, Math.ceil(total / parts)));
  }

  /**
   * Runs a kernel that leaves one float64 per chunk, and adds them up in order.
   * @param args a fresh object: `partials` is added to it
   * @param parts how many there are, if not one per chunk
   */
  sum<K extends SummingKernel>(
    name: K,
    total: number,
    grain: number,
    args: Omit<KernelArguments[K], "partials">,
    parts: number = Math.ceil(total / grain),
  ): number {
    const partials = this.allocate(parts * 2, "step");
    try {
      (args as { partials?: WasmStorage }).partials = partials;
      this.run(name, total, grain, args as unknown as KernelArguments[K]);
      return this.#add(partials.pointer / 8, parts);
    } finally {
      this.release(partials);
    }
  }

  /** The sum of `count` float64 in order, from an index on. */
  #add(from: number, count: number): number {
    const { buffer } = this.#memory;
    if (this.#f64.buffer !== buffer) this.#f64 = new Float64Array(buffer);
    let sum = 0;
    for (let i = from; i < from + count; i++) sum += this.#f64[i] as number;
    return sum;
  }
}
