/**
 * The compiled kernels and their memory.
 * Relaxed SIMD where the host validates it, else plain SIMD; shared memory where there are several threads.
 * Only at the start; see tools/checks/startup.alone.test.ts.
 */
import { BackendError } from "../../../../errors.ts";
import { type Bytes, enableRelaxedSimd, inflate, joined, type Simd } from "./host.ts";
import { relaxedEdits, simd } from "./kernels.generated.ts";

/** Pages of 64 KiB: what a 32-bit memory can have at most. */
const MAXIMUM_PAGES = 65536;
const INITIAL_PAGES = 256;
const PAGE = 65536;

export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Bytes to which the memory may grow. */
  readonly limit: number;
  readonly simd: Simd;
}

/**
 * Chooses and compiles a build of the kernels and makes the memory they work on.
 *
 * @param mark makes the module another one for V8, which compiles equal modules that are alive only once
 * @throws BackendError when the host lacks the wanted (or any) SIMD, or refuses the memory
 */
export async function loadKernels(
  wanted: "auto" | Simd,
  shared: boolean,
  memoryLimit = MAXIMUM_PAGES * PAGE,
  mark?: number,
): Promise<KernelModule> {
  const plain = await inflate(decode(simd));
  const relaxed = edited(plain, await inflate(decode(relaxedEdits)));
  if (wanted !== "simd" && !WebAssembly.validate(relaxed)) await enableRelaxedSimd();
  const builds: readonly [Simd, Bytes][] = [
    ["relaxed", relaxed],
    ["simd", plain],
  ];
  for (const [name, bytes] of builds) {
    if (wanted !== "auto" && wanted !== name) continue;
    if (!WebAssembly.validate(bytes)) continue;
    if (shared) declareSharedMemory(bytes);
    const maximum = Math.ceil(memoryLimit / PAGE);
    const memory = reserveMemory(maximum, shared);
    const marked = mark === undefined ? bytes : joined([bytes, customSection(mark)]);
    return { module: new WebAssembly.Module(marked), memory, limit: maximum * PAGE, simd: name };
  }
  throw new BackendError(
    `createEngine: expected WebAssembly with ${wanted === "relaxed" ? "relaxed " : ""}SIMD, but this host has none. ` +
      'Update it, or use `backend: "reference"`.',
  );
}

function reserveMemory(maximum: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared });
  } catch (cause) {
    const mebibytes = (pages: number): string => `${(pages * PAGE) / 2 ** 20} MiB`;
    throw new BackendError(
      `createEngine: expected ${mebibytes(INITIAL_PAGES)} of memory in ${mebibytes(maximum)} of addresses, got a refusal ` +
        `(${String(cause)}). Allow this process more address space, ask for less with \`memoryLimit\`, ` +
        "or use one thread (--threads 1), whose memory is reserved as it grows.",
      { cause },
    );
  }
}

function decode(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The build that `edits` (see kernel-edits.mjs) make of `bytes`. */
function edited(bytes: Bytes, edits: Bytes): Bytes {
  const numbers = new DataView(edits.buffer);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < edits.length;) {
    const [place, removed, inserted] = [0, 4, 8].map((i) => numbers.getUint32(at + i, true)) as Triple;
    parts.push(bytes.subarray(from, place), edits.subarray(at + 12, at + 12 + inserted));
    from = place + removed;
    at += 12 + inserted;
  }
  return joined([...parts, bytes.subarray(from)]);
}

type Triple = [number, number, number];

/** A section that nobody reads: kind 0, two bytes long, a name of one. */
function customSection(name: number): Uint8Array {
  return Uint8Array.of(0, 2, 1, name);
}

/** "env" "memory", kind 2 (memory), flag 1 (has a maximum). */
const MEMORY_IMPORT = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 1];

/**
 * The threaded build differs from the plain one in a single byte, the flag that says that the
 * imported memory is shared; so one file serves both.
 */
function declareSharedMemory(bytes: Uint8Array): void {
  const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte));
  if (at < 0)
    throw new BackendError("kernels: expected an imported memory in the compiled kernels, found none.");
  bytes[at + MEMORY_IMPORT.length - 1] = 3;
}
