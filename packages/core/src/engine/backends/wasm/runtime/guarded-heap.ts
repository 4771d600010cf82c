/**
 * A heap with canaries around every block, looked at after each kernel.
 * For tests and reports of faults: with the option `guard` or MYELIN_GUARD=1.
 * What it costs is measured in docs/checks.md.
 */
import { BackendError } from "../../../../errors.ts";
import { Heap } from "./heap.ts";

/** Bytes on either side of a block that nothing may write to; a multiple of the alignment. */
const MARGIN = 64;
/** A NaN that no arithmetic yields: what is read by mistake spoils the result, and what is written over is seen. */
const CANARY = 0x7fc5ca9a;

/** What is known of a block that was handed out. */
interface Guarded {
  /** Counts the blocks handed out. */
  readonly number: number;
  readonly bytes: number;
  /** The kernels that were given its address. */
  readonly users: Set<string>;
}

/**
 * A heap with canaries around every block. Blocks are full of NaN when they are handed out and again when they are
 * given back, so that numbers which were never written, or are gone, do not pass for others.
 */
export class GuardedHeap extends Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #blocks = new Map<number, Guarded>();
  #count = 0;

  constructor(memory: WebAssembly.Memory, start: number, limit: number) {
    super(memory, start, limit);
    this.#memory = memory;
  }

  override allocate(bytes: number): number {
    const pointer = super.allocate(MARGIN + bytes + MARGIN) + MARGIN;
    this.#words(pointer - MARGIN, MARGIN + bytes + MARGIN).fill(CANARY);
    this.#blocks.set(pointer, { number: ++this.#count, bytes, users: new Set() });
    return pointer;
  }

  /** @throws BackendError when the canaries of the block are damaged */
  override release(pointer: number): number {
    const block = this.#blocks.get(pointer);
    if (!block) return 0;
    const damage = this.#damageOf(pointer, block);
    this.#blocks.delete(pointer);
    this.#words(pointer, block.bytes).fill(CANARY);
    const bytes = super.release(pointer - MARGIN);
    report(damage);
    return bytes;
  }

  /**
   * Looks at the blocks that a kernel was given by address.
   * @throws BackendError when canaries of one are damaged
   */
  checkAfter(kernel: string, args: readonly number[]): void {
    for (const pointer of args) {
      const block = this.#blocks.get(pointer);
      if (!block) continue;
      block.users.add(kernel);
      report(this.#damageOf(pointer, block));
    }
  }

  /**
   * Looks at all blocks.
   * @throws BackendError that names the first whose canaries are damaged
   */
  check(): void {
    const memory = new Uint32Array(this.#memory.buffer);
    const damages: (string | undefined)[] = [];
    for (const [pointer, block] of this.#blocks) {
      if (!isWhole(memory, pointer, block)) damages.push(this.#damageOf(pointer, block));
    }
    report(damages[0]);
  }

  /** What happened to the canaries of a block, which are then whole again, so that a damage is told once. */
  #damageOf(pointer: number, block: Guarded): string | undefined {
    if (isWhole(new Uint32Array(this.#memory.buffer), pointer, block)) return undefined;
    const before = this.#words(pointer - MARGIN, MARGIN);
    const after = this.#words(pointer + block.bytes, MARGIN);
    const early = before.findLastIndex((word) => word !== CANARY);
    const late = after.findIndex((word) => word !== CANARY);
    before.fill(CANARY);
    after.fill(CANARY);
    if (late >= 0) return describe(block, late + 1, "after its end");
    return describe(block, before.length - early, "before its begin");
  }

  #words(pointer: number, bytes: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, pointer, bytes / 4);
  }
}

/** Whether the canaries around a block are untouched; looked at so often that it takes the memory as words. */
function isWhole(memory: Uint32Array, pointer: number, { bytes }: Guarded): boolean {
  const words = MARGIN / 4;
  const begin = pointer / 4;
  const end = begin + bytes / 4;
  for (let i = 0; i < words; i++) {
    if (memory[begin - 1 - i] !== CANARY || memory[end + i] !== CANARY) return false;
  }
  return true;
}

function report(damage: string | undefined): void {
  if (damage !== undefined) throw new BackendError(damage);
}

function describe({ number, bytes, users }: Guarded, distance: number, where: string): string {
  const kernels = users.size > 0 ? [...users].join(", ") : "none";
  return (
    `guard: expected writes to stay inside block ${number} of ${bytes / 4} numbers, got one ${distance} ${where}. ` +
    `Kernels that were given the block: ${kernels}; one of them, or a neighbour's, was told a wrong size.`
  );
}
