import type { Lifetime, Storage } from "../../backend.ts";
import type { EventList } from "./event-lists.ts";
import type { Support } from "./support.ts";

/** A block of float32 numbers in the WebAssembly memory. */
export class WasmStorage implements Storage {
  /** Byte address, a multiple of 64 for storage that is not a view. */
  readonly pointer: number;
  readonly length: number;
  readonly lifetime: Lifetime;
  readonly base: WasmStorage | undefined;
  /** The events among the numbers, once somebody has asked for them. */
  events: EventList | undefined;
  /** For spikes: where a gradient with respect to them counts. */
  support: Support | undefined;

  constructor(pointer: number, length: number, lifetime: Lifetime, base?: WasmStorage) {
    this.pointer = pointer;
    this.length = length;
    this.lifetime = lifetime;
    this.base = base;
  }
}

/** The address behind a storage of this backend; 0 for an absent one. */
export function addressOf(storage: Storage | null | undefined): number {
  return storage ? (storage as WasmStorage).pointer : 0;
}
