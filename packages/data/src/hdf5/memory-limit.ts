/** WebAssembly's memory, of which the types of this package know nothing. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 65_536;

let limitBytes = Infinity;

/**
 * Limits the memory of all WebAssembly in this thread, which has to be one of our own: a library that asks for more
 * is told that there is none, which it takes for a full machine.
 */
export function limitMemory(bytes: number): void {
  if (limitBytes === Infinity) guardGrowth();
  limitBytes = bytes;
}

function guardGrowth(): void {
  const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } })
    .WebAssembly;
  const { grow } = Memory.prototype;
  Memory.prototype.grow = function (this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE_BYTES > limitBytes)
      throw new RangeError("over the memory budget");
    return grow.call(this, pages);
  };
}
