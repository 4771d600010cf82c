/**
 * Web workers as threads, and a watchman who sees their end.
 * In workers of cross-origin isolated pages; Node has threads of its own (`threads.ts`).
 * How soon an end is seen is tested in test/browser/threads.test.ts.
 */
import { pause, type Threads } from "./host.ts";

/**
 * A browser tells nobody that a worker has ended, but it gives back the worker's locks. Each thread holds one; this
 * program, in a worker that never blocks, waits for them. Words of `signs`: 0 a thread has ended, 1 answers given.
 */
const WATCHMAN_SOURCE = `
let signs;
self.onmessage = ({ data }) => {
  if (data.locks) {
    signs = data.signs;
    for (const lock of data.locks) navigator.locks.request(lock, () => Atomics.store(signs, 0, 1));
  }
  Atomics.add(signs, 1, 1);
};
`;
const GONE = 0;
const ANSWERS = 1;
/** After so many looks without an answer the watchman has ended itself. */
const MOST_UNANSWERED = 8;

let started = 0;

/** Threads of a page's worker; see `startThreads`. */
export function startBrowserThreads(source: string, setups: readonly object[]): Threads {
  const signs = new Int32Array(new SharedArrayBuffer(8));
  const end = (): void => void Atomics.store(signs, GONE, 1);
  const locks = setups.map(() => `myelin thread ${++started} ${Math.random()} ${Math.random()}`);
  const threads = setups.map((setup, i) => {
    const thread = new BrowserThread(source, end);
    thread.postMessage({ lock: locks[i], setup });
    return thread;
  });
  const watchman = new BrowserThread(WATCHMAN_SOURCE, end);
  let unanswered = 0;
  let answers = 0;
  return {
    count: threads.length,
    canLook: true,
    get isOneGone() {
      return Atomics.load(signs, GONE) !== 0;
    },
    look() {
      const now = Atomics.load(signs, ANSWERS);
      unanswered = now === answers ? unanswered + 1 : 0;
      answers = now;
      if (unanswered >= MOST_UNANSWERED) end();
      watchman.postMessage({});
      return this.isOneGone;
    },
    async watch() {
      watchman.postMessage({ locks, signs });
      while (Atomics.load(signs, ANSWERS) === 0 && !this.isOneGone) await pause(1);
    },
    terminate() {
      for (const thread of [watchman, ...threads]) thread.terminate();
      return Promise.resolve();
    },
  };
}

/** A worker whose program is text. */
class BrowserThread {
  readonly #url: string;
  readonly #worker: Worker;

  /** @param onError called when the program does not start, or fails */
  constructor(source: string, onError: () => void) {
    this.#url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.#worker = new Worker(this.#url);
    this.#worker.onerror = (event) => {
      event.preventDefault(); // or the error goes on to the page
      onError();
    };
  }

  postMessage(message: object): void {
    this.#worker.postMessage(message);
  }

  terminate(): void {
    this.#worker.terminate();
    URL.revokeObjectURL(this.#url);
  }
}
