/**
 * Blocks of the WebAssembly memory.
 * One path: free blocks by size, joined with free neighbours; memory grows when none fits.
 * Not measured by itself: a training step reuses what the one before has freed.
 */
import { BackendError } from "../../../../errors.ts";

const PAGE = 65536;
/** Cache lines; also what vector loads like. */
const ALIGNMENT = 64;
/** Memory grows by at least this much, so that it does not grow often. */
const GROWTH = 16 * 1024 * 1024;

interface Block {
  pointer: number;
  bytes: number;
}

/** Hands out parts of a growing WebAssembly memory: best fit, neighbours joined when freed. */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #limit: number;
  /** Free blocks in order of address. */
  readonly #free: Block[] = [];
  readonly #used = new Map<number, number>();
  #end: number;

  /**
   * @param start first address that is free to use
   * @param limit bytes to which the memory may grow
   */
  constructor(memory: WebAssembly.Memory, start: number, limit: number) {
    this.#memory = memory;
    this.#limit = limit;
    this.#end = roundUp(start, ALIGNMENT);
    this.#addFree(this.#end, memory.buffer.byteLength - this.#end);
    this.#end = memory.buffer.byteLength;
  }

  get bytes(): number {
    return this.#end;
  }

  /** Bytes that can still be handed out. */
  get room(): number {
    return this.#free.reduce((sum, { bytes }) => sum + bytes, this.#limit - this.#end);
  }

  /** @throws BackendError when the memory cannot grow any more */
  allocate(bytes: number): number {
    const wanted = Math.max(ALIGNMENT, roundUp(bytes, ALIGNMENT));
    let index = this.#bestFit(wanted);
    if (index < 0) {
      this.#grow(wanted);
      index = this.#bestFit(wanted);
    }
    const block = this.#free[index] as Block;
    const pointer = block.pointer;
    if (block.bytes === wanted) this.#free.splice(index, 1);
    else {
      block.pointer += wanted;
      block.bytes -= wanted;
    }
    this.#used.set(pointer, wanted);
    return pointer;
  }

  /** Bytes of an allocated block; freeing a block twice is ignored. */
  release(pointer: number): number {
    const bytes = this.#used.get(pointer);
    if (bytes === undefined) return 0;
    this.#used.delete(pointer);
    this.#addFree(pointer, bytes);
    return bytes;
  }

  #bestFit(bytes: number): number {
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const size = (this.#free[i] as Block).bytes;
      if (size >= bytes && (best < 0 || size < (this.#free[best] as Block).bytes)) best = i;
    }
    return best;
  }

  #grow(wanted: number): void {
    const last = this.#free[this.#free.length - 1];
    const tail = last && last.pointer + last.bytes === this.#end ? last.bytes : 0;
    const exact = Math.ceil((wanted - tail) / PAGE);
    const pages = [Math.max(exact, GROWTH / PAGE), exact].find((count) => this.#tryGrow(count));
    if (pages === undefined) {
      throw new BackendError(
        `memory: expected ${wanted} more bytes to fit into the WebAssembly memory (at most ${this.#limit} bytes), ` +
          `got ${this.room} that are free, in parts. Call \`dispose\` of networks and optimisers no longer used, ` +
          "or use a smaller batch, fewer time steps or a narrower network.",
      );
    }
    this.#addFree(this.#end, pages * PAGE);
    this.#end += pages * PAGE;
  }

  #tryGrow(pages: number): boolean {
    try {
      this.#memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }

  #addFree(pointer: number, bytes: number): void {
    const free = this.#free;
    let index = free.findIndex((block) => block.pointer > pointer);
    if (index < 0) index = free.length;
    const before = free[index - 1];
    const after = free[index];
    const joinsBefore = before !== undefined && before.pointer + before.bytes === pointer;
    const joinsAfter = after !== undefined && pointer + bytes === after.pointer;
    if (joinsBefore) before.bytes += bytes + (joinsAfter ? after.bytes : 0);
    else if (joinsAfter) Object.assign(after, { pointer, bytes: bytes + after.bytes });
    else free.splice(index, 0, { pointer, bytes });
    if (joinsBefore && joinsAfter) free.splice(index, 1);
  }
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
