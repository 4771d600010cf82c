/**
 * Values in the WebAssembly memory, and what is known about them.
 * Events among them, once listed, and the support of spikes; dropped in one place, `Runtime.forget`, when values change.
 * What the lists save is measured in bench/LAB.md, Gathering.
 */
import type { Lifetime, Storage } from "../../../backend/index.ts";

/** A block of float32 values in the WebAssembly memory, and what is known about them. */
export class WasmStorage implements Storage {
  /** Byte address, a multiple of 64. */
  readonly pointer: number;
  readonly length: number;
  readonly lifetime: Lifetime;
  readonly base: WasmStorage | undefined;
  /** The events among the values, once somebody has asked for them. */
  events: EventList | undefined;
  /** For spikes: where a gradient with respect to them counts. */
  support: SpikeSupport | undefined;

  constructor(pointer: number, length: number, lifetime: Lifetime, base?: WasmStorage) {
    this.pointer = pointer;
    this.length = length;
    this.lifetime = lifetime;
    this.base = base;
  }
}

/** `length` values from one on, under a handle of their own. */
export function partOf(storage: WasmStorage, from: number, length: number): WasmStorage {
  const { pointer, lifetime, base } = storage;
  return new WasmStorage(pointer + 4 * from, length, lifetime, base ?? storage);
}

/** The step that lists made from `x` in the running step belong to; values of a view may change through its base. */
export function stepOf(x: WasmStorage, running: number): number | undefined {
  return x.lifetime === "persistent" && !x.base ? undefined : running;
}

/** Lists that belong to no step last as long as the values. */
export function lifetimeOf(step: number | undefined): Lifetime {
  return step === undefined ? "persistent" : "step";
}

/** The non-zero values of a matrix [rows, cols], row by row. */
export interface EventList {
  /** The step in whose memory the lists stand; undefined when they last as long as the values. */
  readonly step: number | undefined;
  readonly rows: number;
  readonly cols: number;
  /** Whether the indices are quads, which stand for up to four events each, or columns. */
  readonly isQuads: boolean;
  /** How many different indices there can be: columns or quads. */
  readonly symbols: number;
  /** How many indices a row can have. */
  readonly capacity: number;
  /** Pairs (start, count), one per row. */
  readonly lists: WasmStorage;
  /** u16 indices of columns or quads. */
  readonly index: WasmStorage;
  /** Values beside the columns; undefined when all are one. */
  readonly values: WasmStorage | undefined;
  /** How many values are not zero; a quad stands for up to four of them. */
  readonly count: number;
  /** Share of values that are not zero. */
  readonly density: number;
  /** The same events by column or quad; filled on first use, see `columnsOf`. */
  columns: EventColumns | undefined;
}

/** The events of each column (or quad), in chunks of rows. */
export interface EventColumns {
  readonly chunkRows: number;
  readonly lists: WasmStorage;
  readonly index: WasmStorage;
  readonly values: WasmStorage | undefined;
}

/** Where the gradient of spikes matters: the potentials they were fired from, and the surrogate's support. */
export interface SpikeSupport {
  /** The step in whose memory the potentials stand. */
  readonly step: number;
  readonly charged: WasmStorage;
  /** Potentials f with alpha |f - threshold| < limit are inside. */
  readonly window: { readonly threshold: number; readonly alpha: number; readonly limit: number };
}
