/**
 * The program of a pool thread, as text, so that it needs no file of its own and runs in Node and
 * in browsers alike. It waits for a new job number, then takes chunks of the job until none is left.
 *
 * Words of `control`: 0 job number, 1 next element, 2 elements, 3 grain, 4 kernel, 5 arguments,
 * 6 threads still busy, 7 threads ready, 8 failed, 9 stop.
 */
export const WORKER_SOURCE = `
const node = typeof process === "object" && process.versions && process.versions.node;
const port = node ? require("node:worker_threads").parentPort : self;
const SPINS = 20000;

function run({ module, memory, kernels, scratchKernels, controlAddress, scratch }) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const control = new Int32Array(memory.buffer, controlAddress, 16);
  const argumentsOf = new Float64Array(memory.buffer, controlAddress + 64, 32);
  let job = 0;
  Atomics.add(control, 7, 1);
  for (;;) {
    for (let i = 0; i < SPINS && Atomics.load(control, 0) === job; i++);
    // The notice of a job may come after this thread has already done it: look at the number, not the notice.
    while (Atomics.load(control, 0) === job) Atomics.wait(control, 0, job);
    job = Atomics.load(control, 0);
    if (control[9]) return;
    try {
      const kernel = exports[kernels[control[4]]];
      const given = Array.from(argumentsOf.subarray(0, control[5]));
      if (scratchKernels[control[4]]) given.push(scratch);
      const total = control[2];
      const grain = control[3];
      for (let begin; (begin = Atomics.add(control, 1, grain)) < total; ) {
        kernel(...given, begin, Math.min(total, begin + grain));
      }
    } catch {
      Atomics.store(control, 8, 1);
    }
    if (Atomics.sub(control, 6, 1) === 1) Atomics.notify(control, 6);
  }
}

// A browser tells nobody that a worker has ended, but it gives back its locks.
if (node) port.once("message", run);
else port.onmessage = ({ data }) => navigator.locks.request(data.lock, () => run(data.setup)).catch(reportError);
`;
