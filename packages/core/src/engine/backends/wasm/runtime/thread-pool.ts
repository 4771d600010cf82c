/**
 * Runs kernels on all threads.
 * A job of one chunk, or an engine of one thread, runs on this thread alone; else threads take chunks from a shared counter.
 * Measured in bench/LAB.md, Threads.
 */
import { BackendError } from "../../../../errors.ts";
import { pause, type Threads } from "./host.ts";
import { KERNELS, type KernelName } from "./kernel-calls.generated.ts";
import { startThreads } from "./threads.ts";
import { type JobSetup, LOAD, SPINS, WORD } from "./worker.ts";
import { WORKER_SOURCE } from "./worker.generated.ts";

type Kernel = (...values: number[]) => void;

/** Bytes of the block that threads read jobs from: 16 words and 32 arguments. */
export const CONTROL_BYTES = 64 + 32 * 8;
const START_TIMEOUT_MS = 10000;
/** How often to look whether the others live while this thread waits for them. */
const LOOK_MS = 100;
/** On a host that does not tell whether threads live: so long without progress of a job, and one has ended. */
const STILL_LIMIT_MS = 60_000;

const names = Object.keys(KERNELS) as KernelName[];
const numbers = Object.fromEntries(names.map((name, number) => [name, number])) as Record<KernelName, number>;

export interface PoolMemory {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  /** Scratch memory of each thread, this one's first. */
  readonly scratch: readonly number[];
}

/**
 * Runs kernels over ranges, cut into chunks of a fixed grain that threads take one after another.
 * A chunk's result does not depend on who computes it, so the number of threads changes no bit.
 */
export class ThreadPool {
  /** By number: those of the module, then those that were loaded. */
  readonly #kernels: Kernel[];
  readonly #control: Int32Array;
  readonly #arguments: Float64Array;
  readonly #memory: PoolMemory;
  #threads: Threads | undefined;
  /** Why the memory can no longer be trusted. */
  #fault: string | undefined;

  constructor(memory: PoolMemory) {
    this.#memory = memory;
    this.#control = new Int32Array(memory.memory.buffer, memory.control, 16);
    this.#control.fill(0);
    this.#arguments = new Float64Array(memory.memory.buffer, memory.control + 64, 32);
    const instance = new WebAssembly.Instance(memory.module, { env: { memory: memory.memory } });
    this.#kernels = names.map((name) => instance.exports[name] as Kernel);
  }

  /** Starts the other threads and waits until they are ready. */
  async start(): Promise<void> {
    const { module, memory, control, scratch } = this.#memory;
    const others = scratch.slice(1);
    if (others.length === 0) return;
    const scratchKernels = names.map((name) => KERNELS[name].scratch);
    const setup = { module, memory, kernels: names, scratchKernels, controlAddress: control };
    this.#threads = await startThreads(
      WORKER_SOURCE,
      others.map((mine): JobSetup => ({ ...setup, scratch: mine })),
    );
    await this.#awaitReady(this.#threads);
    await this.#threads.watch();
  }

  async #awaitReady(threads: Threads): Promise<void> {
    for (let waited = 0; Atomics.load(this.#control, WORD.ready) < threads.count; waited++) {
      if (threads.isOneGone || waited > START_TIMEOUT_MS) {
        const got = threads.isOneGone ? "one that ended at once" : "a timeout";
        await this.stop();
        throw new BackendError(
          `createEngine: expected ${threads.count} threads beside this one to start, got ${got}. Ask for \`wasm: { threads: 1 }\`.`,
        );
      }
      await pause(1);
    }
  }

  /** @throws BackendError when a thread has ended or failed: what is in memory may be half done */
  requireSound(): void {
    if (this.#threads?.isOneGone) this.#fault ??= "one that has ended";
    if (this.#fault === undefined) return;
    throw new BackendError(
      `engine: expected all of its threads to live, got ${this.#fault}. It cannot be used any more: make another ` +
        "with `createEngine`; a training goes on from its last checkpoint, on the command line with --resume.",
    );
  }

  /**
   * Calls `kernel(...args, [scratch], begin, end)` for all chunks of 0..total.
   * @param grain elements per chunk; a job of one chunk runs on this thread alone
   * @throws BackendError when a thread has ended or failed, in this job or before
   */
  run(name: KernelName, total: number, grain: number, args: readonly number[]): void {
    const own = KERNELS[name].scratch ? [...args, this.#memory.scratch[0] as number] : args;
    this.#run(numbers[name], name, total, grain, args, own);
  }

  /**
   * Adds the function `run` of a module to the kernels of all threads.
   *
   * @param address where the module's bytes are in memory too, for the other threads
   * @returns its number
   */
  load(bytes: Uint8Array<ArrayBuffer>, address: number): number {
    this.requireSound();
    const { memory } = this.#memory;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    this.#kernels.push(instance.exports["run"] as Kernel);
    if (this.#threads) {
      this.#post(this.#threads, LOAD, 0, 1, [address, bytes.length]);
      this.#join(this.#threads, "load");
      this.requireSound();
    }
    return this.#kernels.length - 1;
  }

  /** As `run`, with a loaded kernel. */
  runLoaded(number: number, total: number, grain: number, args: readonly number[]): void {
    this.#run(number, "equations", total, grain, args, args);
  }

  /** @param own the arguments on this thread: `args`, and its scratch memory where the kernel wants it */
  #run(
    number: number,
    name: string,
    total: number,
    grain: number,
    args: readonly number[],
    own: readonly number[],
  ): void {
    this.requireSound();
    const kernel = this.#kernels[number] as Kernel;
    try {
      if (total <= grain || this.#threads === undefined) {
        for (let begin = 0; begin < total; begin += grain)
          kernel(...own, begin, Math.min(total, begin + grain));
        return;
      }
      const control = this.#control;
      this.#post(this.#threads, number, total, grain, args);
      for (let begin; (begin = Atomics.add(control, WORD.next, grain)) < total;) {
        kernel(...own, begin, Math.min(total, begin + grain));
      }
      this.#join(this.#threads, name);
    } catch (cause) {
      this.#fault ??= `one that failed in kernel "${name}" (${String(cause)})`;
    }
    this.requireSound();
  }

  #post(threads: Threads, kernel: number, total: number, grain: number, args: readonly number[]): void {
    const control = this.#control;
    this.#arguments.set(args);
    control[WORD.total] = total;
    control[WORD.grain] = grain;
    control[WORD.kernel] = kernel;
    control[WORD.arguments] = args.length;
    Atomics.store(control, WORD.next, 0);
    Atomics.store(control, WORD.busy, threads.count);
    Atomics.add(control, WORD.job, 1);
    Atomics.notify(control, WORD.job);
  }

  #join(threads: Threads, name: string): void {
    const control = this.#control;
    for (let i = 0; i < SPINS; i++) if (Atomics.load(control, WORD.busy) === 0) break;
    let still = 0;
    let before = -1;
    for (let busy; (busy = Atomics.load(control, WORD.busy)) !== 0;) {
      if (Atomics.wait(control, WORD.busy, busy, LOOK_MS) !== "timed-out") continue;
      // A thread that finds no element left has counted on all the same, so that this tells of each.
      const next = Atomics.load(control, WORD.next);
      still = next === before ? still + LOOK_MS : 0;
      before = next;
      if (!threads.look() && (threads.canLook || still < STILL_LIMIT_MS)) continue;
      this.#fault = `one that ended while kernel "${name}" ran`;
      return;
    }
    if (Atomics.load(control, WORD.failed) !== 0) this.#fault = `one that failed in kernel "${name}"`;
  }

  /** Ends the other threads; later jobs run on this one alone. */
  async stop(): Promise<void> {
    const threads = this.#threads;
    if (threads === undefined) return;
    this.#threads = undefined;
    this.#control[WORD.stop] = 1;
    Atomics.add(this.#control, WORD.job, 1);
    Atomics.notify(this.#control, WORD.job);
    await threads.terminate();
  }
}
