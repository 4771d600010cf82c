/**
 * The program of a pool thread: it waits for a new job number, then takes chunks of the job until none is left.
 * build-kernels.mjs makes a text of it (worker.generated.ts), so that it needs no file of its own where the library
 * runs, in Node and in browsers alike; so it imports nothing.
 */

/** What the words of the block that threads read jobs from mean; 16 words, then the arguments as float64. */
export const WORD = {
  /** Number of the job. */
  job: 0,
  /** The next element that nobody has taken. */
  next: 1,
  /** Elements of the job, and of a chunk. */
  total: 2,
  grain: 3,
  kernel: 4,
  /** How many arguments the kernel gets. */
  arguments: 5,
  /** Threads that still work. */
  busy: 6,
  /** Threads that have started. */
  ready: 7,
  failed: 8,
  stop: 9,
} as const;

/** In the place of a kernel's number: a module to load, with its address and bytes as arguments. */
export const LOAD = -1;

/** How often to look for a job, or for the others' end, before going to sleep; some 50 microseconds. */
export const SPINS = 20000;

/** What a thread is sent. */
export interface JobSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Names of the kernels by number, and whether each takes scratch memory. */
  readonly kernels: readonly string[];
  readonly scratchKernels: readonly boolean[];
  readonly controlAddress: number;
  readonly scratch: number;
}

type Kernel = (...values: number[]) => void;

/** Does jobs until it is told to stop. */
export function work({ module, memory, kernels, scratchKernels, controlAddress, scratch }: JobSetup): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const known = kernels.map((name) => exports[name] as Kernel);
  const control = new Int32Array(memory.buffer, controlAddress, 16);
  const given = new Float64Array(memory.buffer, controlAddress + 64, 32);
  let job = 0;
  Atomics.add(control, WORD.ready, 1);
  for (;;) {
    for (let i = 0; i < SPINS && Atomics.load(control, WORD.job) === job; i++);
    // The notice of a job may come after this thread has already done it: look at the number, not the notice.
    while (Atomics.load(control, WORD.job) === job) Atomics.wait(control, WORD.job, job);
    job = Atomics.load(control, WORD.job);
    if (control[WORD.stop]) return;
    try {
      const number = control[WORD.kernel] as number;
      const args = Array.from(given.subarray(0, control[WORD.arguments]));
      if (number === LOAD) {
        const bytes = new Uint8Array(memory.buffer, args[0], args[1]).slice();
        const loaded = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
        known.push(loaded.exports["run"] as Kernel);
      }
      const kernel = known[number] as Kernel;
      if (scratchKernels[number]) args.push(scratch);
      const total = control[WORD.total] as number;
      const grain = control[WORD.grain] as number;
      for (let begin; (begin = Atomics.add(control, WORD.next, grain)) < total;) {
        kernel(...args, begin, Math.min(total, begin + grain));
      }
    } catch {
      Atomics.store(control, WORD.failed, 1);
    }
    if (Atomics.sub(control, WORD.busy, 1) === 1) Atomics.notify(control, WORD.busy);
  }
}

/** What is used of Node's module of this name. */
interface WorkerThreads {
  readonly parentPort: { once(event: "message", listener: (setup: JobSetup) => void): void };
}

/** Waits for what a thread is sent; a browser tells nobody that a worker has ended, but it gives back its locks. */
export function listen(): void {
  if (typeof process !== "undefined" && process?.versions?.node !== undefined) {
    // Bun gives a program that is text no global `require`. A name in a variable is left alone by bundlers.
    const name = "node:worker_threads";
    const threads = import(name) as Promise<WorkerThreads>;
    void threads.then(({ parentPort }) => parentPort.once("message", work));
    return;
  }
  self.onmessage = (event: { readonly data: unknown }) => {
    const { lock, setup } = event.data as { readonly lock: string; readonly setup: JobSetup };
    const held: Promise<unknown> = self.navigator.locks.request(lock, () => work(setup));
    held.catch(self.reportError);
  };
}
