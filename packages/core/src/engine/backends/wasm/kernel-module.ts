import { BackendError } from "../../../errors.ts";
import { enableRelaxedSimd } from "./host.ts";
import { relaxed, simd } from "./kernels.generated.ts";

/** Which instruction set the kernels use. */
export type Simd = "simd" | "relaxed";

/** Pages of 64 KiB: what a 32-bit memory can have at most. */
const MAXIMUM_PAGES = 65536;
const INITIAL_PAGES = 256;

export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly simd: Simd;
}

/**
 * Chooses and compiles a build of the kernels and makes the memory they work on.
 * @throws BackendError when the host lacks the wanted (or any) SIMD
 */
export async function loadKernels(wanted: "auto" | Simd, shared: boolean): Promise<KernelModule> {
  if (wanted !== "simd" && !WebAssembly.validate(decode(relaxed))) await enableRelaxedSimd();
  const builds: readonly [Simd, string][] = [
    ["relaxed", relaxed],
    ["simd", simd],
  ];
  for (const [name, text] of builds) {
    if (wanted !== "auto" && wanted !== name) continue;
    const bytes = decode(text);
    if (!WebAssembly.validate(bytes)) continue;
    if (shared) declareSharedMemory(bytes);
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared });
    return { module: new WebAssembly.Module(bytes), memory, simd: name };
  }
  throw new BackendError(
    `createEngine: expected WebAssembly with ${wanted === "relaxed" ? "relaxed " : ""}SIMD, but this host has none. ` +
      'Update it, or use `backend: "reference"`.',
  );
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
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
