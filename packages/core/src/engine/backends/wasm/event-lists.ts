import type { Lifetime } from "../../backend.ts";
import type { Machine } from "./machine.ts";
import { listQuads, quadsOf } from "./quads.ts";
import type { WasmStorage } from "./storage.ts";

/** u16 indices: how many columns, or rows of a chunk, an event list can tell apart. */
export const MAX_INDEX = 65534;
/** Rows a unit of listing. */
const LIST_ROWS = 64;
/** Values looked at to see whether listing can pay at all. */
const SAMPLE = 4096;
/** Activity from which ones are listed as quads, which then beat the dense product too; measured in bench/LAB.md. */
const QUADS_FROM = 0.25;

/** The non-zero values of a matrix [rows, cols], row by row. */
export interface EventList {
  /** The step in whose memory the lists stand; undefined when they last as long as the numbers. */
  readonly step: number | undefined;
  readonly rows: number;
  readonly cols: number;
  /** Whether the numbers are quads, which stand for up to four events each, or columns. */
  readonly isQuads: boolean;
  /** How many different numbers there can be: columns or quads. */
  readonly symbols: number;
  /** How many numbers a row can have. */
  readonly capacity: number;
  /** Pairs (start, count), one a row. */
  readonly lists: WasmStorage;
  /** u16 numbers of columns or quads. */
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

/**
 * The events of `x` as [rows, cols] if working with them pays. They are kept with the storage: until the
 * step ends, so that forward and backward pass share them; or, for spikes made outside of steps, until
 * these are released or written to.
 *
 * @param crossover activity up to which listing column by column pays
 * @param places how often the columns stand side by side in the panels to gather from
 */
export function eventsOf(
  machine: Machine,
  x: WasmStorage,
  rows: number,
  cols: number,
  crossover: number,
  places = 1,
): EventList | undefined {
  if (knownEvents(machine, x)?.cols !== cols) {
    forgetEvents(machine, x);
    const sample = sampleValues(machine.numbers(x));
    const quadsPay = sample.isBinary && sample.density > QUADS_FROM;
    x.events =
      quadsPay && quadsOf(cols) * places <= MAX_INDEX ? listQuads(machine, x, rows, cols) : undefined;
    if (!x.events && cols * places <= MAX_INDEX && sample.density <= 2 * crossover) {
      x.events = listEvents(machine, x, rows, cols);
    }
  }
  const { events } = x;
  if (!events || events.symbols * places > MAX_INDEX) return undefined;
  return events.isQuads || events.density <= crossover ? events : undefined;
}

/** The events that were listed before and still hold. */
export function knownEvents(machine: Machine, { events }: WasmStorage): EventList | undefined {
  return events?.step === undefined || events.step === machine.step ? events : undefined;
}

/** The step that lists made from `x` belong to; numbers of a view may change through its base. */
export function stepOf(machine: Machine, x: WasmStorage): number | undefined {
  return x.lifetime === "persistent" && !x.base ? undefined : machine.step;
}

/** Gives back what is known of the events of `x`; to be called before its numbers change or are released. */
export function forgetEvents(machine: Machine, x: WasmStorage): void {
  const { events } = x;
  x.events = undefined;
  if (events?.step !== undefined || !events) return;
  releaseLists(machine, events);
  releaseLists(machine, events.columns);
}

function releaseLists(
  machine: Machine,
  parts: Pick<EventColumns, "lists" | "index" | "values"> | undefined,
): void {
  for (const part of [parts?.lists, parts?.index, parts?.values]) if (part) machine.release(part);
}

export function lifetimeOf(step: number | undefined): Lifetime {
  return step === undefined ? "persistent" : "step";
}

/** A cheap first look at evenly spread values: how many are not zero, and whether these are all one. */
function sampleValues(x: Float32Array): { density: number; isBinary: boolean } {
  const stride = Math.max(1, Math.floor(x.length / SAMPLE)) | 1;
  let [seen, events, ones] = [0, 0, 0];
  for (let i = 0; i < x.length; i += stride) {
    seen++;
    if (x[i] !== 0) events++;
    if (x[i] === 1) ones++;
  }
  return { density: events / seen, isBinary: events === ones };
}

function listEvents(machine: Machine, x: WasmStorage, rows: number, cols: number): EventList {
  const step = stepOf(machine, x);
  const lifetime = lifetimeOf(step);
  const lists = machine.allocate(rows * 2, lifetime);
  const index = machine.allocate(Math.ceil((rows * cols) / 2), lifetime);
  const chunks = Math.ceil(rows / LIST_ROWS);
  const weighted = machine.lend(chunks, (flags) => {
    const args = [x.pointer, cols, lists.pointer, index.pointer, flags.pointer, LIST_ROWS];
    machine.run("listEvents", rows, LIST_ROWS, args);
    return machine.numbers(flags).some((flag) => flag !== 0);
  });
  const count = machine.sum("sumCounts", rows, 4096, (partials) => [lists.pointer, partials, 4096]);
  const values = weighted ? machine.allocate(rows * cols, lifetime) : undefined;
  if (values) {
    const args = [x.pointer, cols, lists.pointer, index.pointer, values.pointer];
    machine.run("listValues", rows, LIST_ROWS, args);
  }
  return {
    ...{ step, rows, cols, isQuads: false, symbols: cols, capacity: cols },
    ...{ lists, index, values, count, density: count / (rows * cols), columns: undefined },
  };
}

/** The events by column (or quad), in chunks of at most `chunkRows` rows; kept with the list. */
export function columnsOf(
  machine: Machine,
  x: WasmStorage,
  events: EventList,
  chunkRows: number,
): EventColumns {
  if (events.columns?.chunkRows === chunkRows) return events.columns;
  releaseLists(machine, events.columns);
  const { rows, symbols, capacity } = events;
  const chunks = Math.ceil(rows / chunkRows);
  const lifetime = lifetimeOf(events.step);
  const lists = machine.allocate(chunks * symbols * 2, lifetime);
  const index = machine.allocate(Math.ceil((rows * capacity) / 2), lifetime);
  const values = events.values ? machine.allocate(rows * capacity, lifetime) : undefined;
  machine.run("transposeEvents", chunks, 1, [
    ...[x.pointer, rows, capacity, symbols, events.lists.pointer, events.index.pointer, chunkRows],
    ...[lists.pointer, index.pointer, values?.pointer ?? 0],
  ]);
  events.columns = { chunkRows, lists, index, values };
  return events.columns;
}
