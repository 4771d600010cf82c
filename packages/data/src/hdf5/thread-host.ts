/** A thread of our own, in Node or in a browser, that answers one request after the other. */
export interface Thread {
  /** Resolves when the thread can be asked. */
  readonly started: Promise<unknown>;
  /** Sends a request; rejects if the thread ends before it has answered. */
  ask(request: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown>;
  /** Whether the thread keeps the process alive. */
  keepAlive(does: boolean): void;
  /** Ends the thread, whatever it does. */
  end(): Promise<void>;
}

/** Both kinds of workers, as far as they are alike. */
interface Port {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
}

interface NodePort extends Port {
  on(event: "message" | "exit" | "error", listener: (value: never) => void): this;
}

interface NodeWorker extends NodePort {
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

interface BrowserPort extends Port {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

interface BrowserWorker extends BrowserPort {
  terminate(): void;
}

declare const Worker: new (url: URL, options: { readonly type: "module" }) => BrowserWorker;

const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;

interface NodeModule {
  createRequire(from: string): { resolve(name: string): string };
}

/** Node modules by name, hidden from bundlers, which cannot resolve them for the browser. */
async function nodeModule<T>(name: string): Promise<T> {
  return (await import(/* @vite-ignore */ `node:${name}`)) as T;
}

/** Starts the thread of `read-spikes-worker.ts`, in browsers of `web-worker.ts`. */
export async function startThread(): Promise<Thread> {
  return isNode ? startNodeThread() : startBrowserThread();
}

async function startNodeThread(): Promise<Thread> {
  const { createRequire } = await nodeModule<NodeModule>("module");
  type NodeWorkerClass = new (file: string, options: object) => NodeWorker;
  const threads = await nodeModule<{ Worker: NodeWorkerClass }>("worker_threads");
  const file = createRequire(import.meta.url).resolve("@myelin/data/read-spikes-worker");
  // The process's own flags are not meant for this program, and what libraries print stays unread.
  const worker = new threads.Worker(file, { execArgv: [], stdout: true, stderr: true });
  const waiting = new Waiting();
  const started = waiting.after(() => undefined);
  worker.on("message", (reply) => waiting.resolve(reply));
  worker.on("error", (error: Error) => waiting.reject(error.message));
  worker.on("exit", () => waiting.reject("the end of the thread"));
  return {
    started,
    ask: (request, transfer) => waiting.after(() => worker.postMessage(request, transfer)),
    keepAlive: (does) => (does ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  };
}

/** The worker is a file in which everything is joined: pages without a bundler could not resolve its imports. */
function startBrowserThread(): Thread {
  const worker = new Worker(new URL("../../dist/spikes-worker.min.js", import.meta.url), {
    type: "module",
  });
  const waiting = new Waiting();
  const started = waiting.after(() => undefined);
  worker.onmessage = ({ data }) => waiting.resolve(data);
  worker.onerror = ({ message }) => waiting.reject(message ?? "a thread that does not start");
  return {
    started,
    ask: (request, transfer) => waiting.after(() => worker.postMessage(request, transfer)),
    keepAlive: () => undefined,
    end: async () => worker.terminate(),
  };
}

/** The one answer that is waited for. */
class Waiting {
  resolve: (reply: unknown) => void = () => undefined;
  reject: (reason: string) => void = () => undefined;

  after(send: () => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = (reason) => reject(new Error(reason));
      send();
    });
  }
}

const STARTED = "started";

/** An answer, and what of it is handed over and not copied. */
export interface Answer {
  readonly reply: unknown;
  readonly transfer: readonly ArrayBuffer[];
}

/** In the thread: says that it has started, and answers requests. */
export async function answerRequests(answer: (request: unknown) => Promise<Answer>): Promise<void> {
  const respond = async (port: Port, request: unknown): Promise<void> => {
    const { reply, transfer } = await answer(request);
    port.postMessage(reply, transfer);
  };
  if (!isNode) {
    const port = globalThis as unknown as BrowserPort;
    port.onmessage = ({ data }) => void respond(port, data);
    port.postMessage(STARTED, []);
    return;
  }
  const { parentPort } = await nodeModule<{ parentPort: NodePort | null }>("worker_threads");
  parentPort?.on("message", (request) => void respond(parentPort, request));
  parentPort?.postMessage(STARTED, []);
}
