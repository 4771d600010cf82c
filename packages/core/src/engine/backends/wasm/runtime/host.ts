/**
 * What kind of JavaScript host this is, and the few things that differ.
 * Node, a browser's page or its worker.
 * Only at the start; see tools/checks/startup.alone.test.ts.
 */

/** Which instruction set the kernels use. */
export type Simd = "simd" | "relaxed";

/** Whether this is Node, or a host like it. */
export const isNode = typeof process !== "undefined" && process?.versions?.node !== undefined;

/** Bun has Node's Worker, but answers a question for the use of its event loop with a page of warning. */
export const isBun = isNode && process?.versions?.bun !== undefined;

/** Whether an environment variable is set to 1; false where there are none. */
export function isSwitchedOn(variable: string): boolean {
  return isNode && process?.env?.[variable] === "1";
}

/** Node modules by name, hidden from bundlers, which cannot resolve them for the browser. */
export async function nodeModule<T>(name: string): Promise<T> {
  return (await import(/* @vite-ignore */ `node:${name}`)) as T;
}

/** How many threads the machine can run at once. */
export async function availableThreads(): Promise<number> {
  if (isNode) return (await nodeModule<{ availableParallelism(): number }>("os")).availableParallelism();
  return typeof navigator === "undefined" ? 1 : (navigator?.hardwareConcurrency ?? 1);
}

/**
 * Why this host cannot run threads over a shared memory, or undefined when it can.
 * A page's main thread must not block, so it cannot wait for other threads.
 */
export function threadObstacle(): string | undefined {
  if (isNode) return undefined;
  if (typeof crossOriginIsolated === "undefined" || !crossOriginIsolated) {
    return "the page is not cross-origin isolated (send the COOP and COEP headers to use threads)";
  }
  if (typeof document !== "undefined")
    return "the engine runs on the page's main thread (run it in a worker)";
  return undefined;
}

/** Waits for the host's next task: only between tasks it tells which objects it has collected. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

const PRESSURE_BYTES = 64 * 2 ** 20;

/**
 * Lets the host collect what is no longer referenced: engines count memory outside their heap, and look through all of
 * their own when much of it comes and goes. Two or three times are enough.
 */
export async function pressCollector(): Promise<void> {
  try {
    // The host gives it without touching it.
    new ArrayBuffer(PRESSURE_BYTES);
  } catch {
    // Where there is no room for it, the host is under pressure already.
  }
  await nextTask();
}

/** Bytes that no other thread shares. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What `deflate` (without a header) had packed. */
export async function inflate(bytes: Bytes): Promise<Bytes> {
  const { writable, readable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  void writer.write(bytes).then(() => writer.close());
  const reader = readable.getReader();
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(parts);
    parts.push(value);
  }
}

export function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Node 20 knows relaxed SIMD, but behind a flag; later versions have it, and no such flag. */
export async function enableRelaxedSimd(): Promise<void> {
  if (isNode) await setFlag("--experimental-wasm-relaxed-simd");
}

/** The first Node whose V8 pairs vector operations well enough to be tried. */
const FIRST_PAIRING_NODE = 22;

/** Why this host cannot be asked to pair vector operations into 256 bits, or undefined when it can. */
export function pairingObstacle(): string | undefined {
  if (!isNode || isBun || "Deno" in globalThis) return "this host is not Node";
  const version = process?.versions?.node ?? "";
  if (Number.parseInt(version) < FIRST_PAIRING_NODE) return `Node is older than ${FIRST_PAIRING_NODE}`;
  const processor = process?.arch ?? "unknown";
  return processor === "x64" ? undefined : `the processor is ${processor}, not x64`;
}

/** From now on, kernels that are compiled have their vector operations paired into 256 bits, or no longer; in all of the process. */
export async function pairVectors(wanted: boolean): Promise<void> {
  await setFlag(`--${wanted ? "" : "no-"}experimental-wasm-revectorize`);
}

/** From now on, kernels are compiled well at their first call, or quickly at first and well when they are called often. */
export async function compileAtOnce(wanted: boolean): Promise<void> {
  await setFlag(`--${wanted ? "no-" : ""}liftoff`);
}

async function setFlag(flag: string): Promise<void> {
  const v8 = await nodeModule<{ setFlagsFromString(flag: string): void }>("v8");
  v8.setFlagsFromString(flag);
}

/** Threads beside this one, which end together. */
export interface Threads {
  readonly count: number;
  /** Whether one has ended by itself, as far as the host has said so. */
  readonly isOneGone: boolean;
  /** Whether the host answers `look`; where it does not, only time tells. */
  readonly canLook: boolean;
  /** Asks the host whether one has ended; while this thread blocks, no event of the host can tell it. */
  look(): boolean;
  /** To be awaited once the threads run: from then on `look` sees the end of each. */
  watch(): Promise<void>;
  terminate(): Promise<void>;
}

/** Lets the host do other work for a moment. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
