/**
 * Starts the threads beside this one.
 * Worker threads in Node, web workers in browsers (`browser-threads.ts`).
 * Only at the start; see tools/checks/startup.alone.test.ts.
 */
import { startBrowserThreads } from "./browser-threads.ts";
import { isBun, isNode, nodeModule, type Threads } from "./host.ts";

/** Starts a thread that runs `source` for each of `setups`, which is sent to it. */
export async function startThreads(source: string, setups: readonly object[]): Promise<Threads> {
  return isNode ? startNodeThreads(source, setups) : startBrowserThreads(source, setups);
}

/** What is used of Node's Worker; other hosts that have it may lack `eventLoopUtilization`. */
interface NodeThread {
  readonly performance?: { eventLoopUtilization?(): { readonly idle: number } };
  postMessage(message: unknown): void;
  on(event: "exit" | "error", listener: () => void): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

type NodeThreadClass = new (source: string, options: { eval: true; execArgv: string[] }) => NodeThread;

async function startNodeThreads(source: string, setups: readonly object[]): Promise<Threads> {
  const { Worker } = await nodeModule<{ Worker: NodeThreadClass }>("worker_threads");
  let isOneGone = false;
  const threads = setups.map((setup) => {
    // The process's own flags, such as --input-type, are not meant for this program.
    const thread = new Worker(source, { eval: true, execArgv: [] });
    thread.on("exit", () => (isOneGone = true));
    thread.on("error", () => (isOneGone = true));
    thread.unref();
    thread.postMessage(setup);
    return thread;
  });
  return {
    count: threads.length,
    canLook: threads.every(({ performance }) => !isBun && performance?.eventLoopUtilization !== undefined),
    get isOneGone() {
      return isOneGone;
    },
    look: () => (isOneGone ||= threads.some(hasEnded)),
    watch() {
      // Node says more of a thread only if it was asked while the thread lived.
      threads.forEach(hasEnded);
      return Promise.resolve();
    },
    async terminate() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/** Node answers at once, without events; a thread without an event loop has been idle for -1 ms. */
function hasEnded(thread: NodeThread): boolean {
  if (isBun) return false;
  const idle = thread.performance?.eventLoopUtilization?.().idle;
  return idle !== undefined && idle < 0;
}
