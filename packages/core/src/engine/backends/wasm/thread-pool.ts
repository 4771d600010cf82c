import { BackendError } from "../../../errors.ts";
import { pause, startThread, type Thread } from "./host.ts";
import { KERNELS, type KernelName } from "./kernel-table.ts";
import { WORKER_SOURCE } from "./worker-source.ts";

type Kernel = (...values: number[]) => void;

const JOB = 0;
const NEXT = 1;
const TOTAL = 2;
const GRAIN = 3;
const KERNEL = 4;
const ARGUMENTS = 5;
const BUSY = 6;
const READY = 7;
const FAILED = 8;
const STOP = 9;

/** Bytes of the block that threads read jobs from: 16 words and 32 arguments. */
export const CONTROL_BYTES = 64 + 32 * 8;
/** How often to look for the others' end before going to sleep; some 50 microseconds. */
const SPINS = 20000;
const START_TIMEOUT_MS = 10000;
/** No chunk takes near as long, so a thread that is silent for this long has died. */
const JOIN_TIMEOUT_MS = 60000;

const names = Object.keys(KERNELS) as KernelName[];

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
  readonly #kernels: Record<string, Kernel>;
  readonly #control: Int32Array;
  readonly #arguments: Float64Array;
  readonly #memory: PoolMemory;
  readonly #threads: Thread[] = [];

  constructor(memory: PoolMemory) {
    this.#memory = memory;
    this.#control = new Int32Array(memory.memory.buffer, memory.control, 16);
    this.#control.fill(0);
    this.#arguments = new Float64Array(memory.memory.buffer, memory.control + 64, 32);
    const instance = new WebAssembly.Instance(memory.module, { env: { memory: memory.memory } });
    this.#kernels = instance.exports as Record<string, Kernel>;
  }

  /** Starts the other threads and waits until they are ready. */
  async start(): Promise<void> {
    const { module, memory, control, scratch } = this.#memory;
    const scratchKernels = names.map((name) => KERNELS[name].scratch);
    for (const mine of scratch.slice(1)) {
      const setup = {
        module,
        memory,
        kernels: names,
        scratchKernels,
        controlAddress: control,
        scratch: mine,
      };
      this.#threads.push(await startThread(WORKER_SOURCE, setup));
    }
    for (let waited = 0; Atomics.load(this.#control, READY) < this.#threads.length; waited++) {
      if (waited > START_TIMEOUT_MS) {
        throw new BackendError(`threads: expected ${this.#threads.length} threads to start, got a timeout.`);
      }
      await pause(1);
    }
  }

  /**
   * Calls `kernel(...args, [scratch], begin, end)` for all chunks of 0..total.
   * @param grain elements a chunk; a job of one chunk runs on this thread alone
   */
  run(name: KernelName, total: number, grain: number, args: readonly number[]): void {
    const kernel = this.#kernels[name] as Kernel;
    const own = KERNELS[name].scratch ? [...args, this.#memory.scratch[0] as number] : args;
    if (total <= grain || this.#threads.length === 0) {
      for (let begin = 0; begin < total; begin += grain)
        kernel(...own, begin, Math.min(total, begin + grain));
      return;
    }
    const control = this.#control;
    this.#post(name, total, grain, args);
    for (let begin; (begin = Atomics.add(control, NEXT, grain)) < total;) {
      kernel(...own, begin, Math.min(total, begin + grain));
    }
    this.#join(name);
  }

  #post(name: KernelName, total: number, grain: number, args: readonly number[]): void {
    const control = this.#control;
    this.#arguments.set(args);
    control[TOTAL] = total;
    control[GRAIN] = grain;
    control[KERNEL] = names.indexOf(name);
    control[ARGUMENTS] = args.length;
    Atomics.store(control, NEXT, 0);
    Atomics.store(control, BUSY, this.#threads.length);
    Atomics.add(control, JOB, 1);
    Atomics.notify(control, JOB);
  }

  #join(name: KernelName): void {
    const control = this.#control;
    for (let i = 0; i < SPINS; i++) if (Atomics.load(control, BUSY) === 0) break;
    for (let busy; (busy = Atomics.load(control, BUSY)) !== 0;) {
      if (Atomics.wait(control, BUSY, busy, JOIN_TIMEOUT_MS) !== "timed-out") continue;
      throw new BackendError(
        `threads: expected kernel "${name}" to finish, but ${busy} thread(s) gave no sign for a minute.`,
      );
    }
    if (Atomics.exchange(control, FAILED, 0) !== 0) {
      throw new BackendError(`threads: expected kernel "${name}" to finish, but a thread failed in it.`);
    }
  }

  /** Ends the other threads; later jobs run on this one alone. */
  async stop(): Promise<void> {
    const threads = this.#threads.splice(0);
    if (threads.length === 0) return;
    this.#control[STOP] = 1;
    Atomics.add(this.#control, JOB, 1);
    Atomics.notify(this.#control, JOB);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
