import { Bytes } from "./bytes.ts";
import { I32 } from "./opcodes.ts";

/** How the module gets its memory, which must be the one that it will run on. */
export interface ModuleOptions {
  /** Whether several threads share the memory. */
  readonly shared: boolean;
  /** Whether products may be fused with sums (relaxed SIMD). */
  readonly relaxed: boolean;
}

/** All that a 32-bit memory can have, in pages of 64 KiB. */
const MAXIMUM_PAGES = 65536;
/** Sections of a module, as the specification numbers them. */
const [TYPE, IMPORT, FUNCTION, EXPORT, CODE] = [1, 2, 3, 7, 10];
const FUNCTION_TYPE = 0x60;
const MEMORY = 2;

/**
 * A module of one function `run` of that many 32-bit integers, on the memory `env.memory`.
 *
 * @param body its locals and instructions
 */
export function moduleOf(
  parameters: number,
  body: Bytes,
  { shared }: ModuleOptions,
): Uint8Array<ArrayBuffer> {
  const types = new Bytes().unsigned(1).raw(FUNCTION_TYPE).unsigned(parameters);
  types.raw(...Array.from({ length: parameters }, () => I32)).unsigned(0);
  const limits = new Bytes()
    .raw(shared ? 3 : 1)
    .unsigned(1)
    .unsigned(MAXIMUM_PAGES);
  const imports = new Bytes().unsigned(1).text("env").text("memory").raw(MEMORY).append(limits);
  const module = new Bytes().raw(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const sections: [number, Bytes][] = [
    [TYPE, types],
    [IMPORT, imports],
    [FUNCTION, new Bytes().raw(1, 0)],
    [EXPORT, new Bytes().unsigned(1).text("run").raw(0, 0)],
    [CODE, new Bytes().unsigned(1).sized(body)],
  ];
  for (const [number, content] of sections) module.raw(number).sized(content);
  return module.toArray();
}
