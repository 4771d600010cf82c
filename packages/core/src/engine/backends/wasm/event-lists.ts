import { type Machine } from "./machine.ts";
import type { WasmStorage } from "./storage.ts";

/** u16 indices: how many columns, or rows of a chunk, an event list can tell apart. */
export const MAX_INDEX = 65534;
/** Rows a unit of listing. */
const LIST_ROWS = 64;
/** Values looked at to see whether listing can pay at all. */
const SAMPLE = 4096;

/** The non-zero values of a matrix [rows, cols], row by row. */
export interface EventList {
  /** The step in whose memory the lists stand. */
  readonly step: number;
  readonly rows: number;
  readonly cols: number;
  /** Pairs (start, count), one a row. */
  readonly lists: WasmStorage;
  /** u16 column numbers. */
  readonly index: WasmStorage;
  /** Values beside the columns; undefined when all are one. */
  readonly values: WasmStorage | undefined;
  /** How many events there are. */
  readonly count: number;
  /** Share of values that are not zero. */
  readonly density: number;
  /** The same events by column; filled on first use, see `columnsOf`. */
  columns: EventColumns | undefined;
}

/** The events of each column, in chunks of rows. */
export interface EventColumns {
  readonly chunkRows: number;
  readonly lists: WasmStorage;
  readonly index: WasmStorage;
  readonly values: WasmStorage | undefined;
}

/**
 * The events of `x` as [rows, cols] if at most `limit` of its values are events; kept with the
 * storage until the step ends, so that forward and backward pass share them.
 */
export function eventsOf(
  machine: Machine,
  x: WasmStorage,
  rows: number,
  cols: number,
  limit: number,
): EventList | undefined {
  if (x.events?.cols === cols && x.events.step === machine.step)
    return x.events.density <= limit ? x.events : undefined;
  if (cols > MAX_INDEX || sampleDensity(machine.numbers(x)) > 2 * limit) return undefined;
  x.events = listEvents(machine, x, rows, cols);
  return x.events.density <= limit ? x.events : undefined;
}

/** Density among evenly spread values: a cheap first look. */
function sampleDensity(x: Float32Array): number {
  const stride = Math.max(1, Math.floor(x.length / SAMPLE)) | 1;
  let seen = 0;
  let events = 0;
  for (let i = 0; i < x.length; i += stride) {
    seen++;
    if (x[i] !== 0) events++;
  }
  return events / seen;
}

function listEvents(machine: Machine, x: WasmStorage, rows: number, cols: number): EventList {
  const lists = machine.allocate(rows * 2, "step");
  const index = machine.allocate(Math.ceil((rows * cols) / 2), "step");
  const chunks = Math.ceil(rows / LIST_ROWS);
  const weighted = machine.lend(chunks, (flags) => {
    const args = [x.pointer, cols, lists.pointer, index.pointer, flags.pointer, LIST_ROWS];
    machine.run("listEvents", rows, LIST_ROWS, args);
    return machine.numbers(flags).some((flag) => flag !== 0);
  });
  const count = machine.sum("sumCounts", rows, 4096, (partials) => [lists.pointer, partials, 4096]);
  const values = weighted ? machine.allocate(rows * cols, "step") : undefined;
  if (values) {
    const args = [x.pointer, cols, lists.pointer, index.pointer, values.pointer];
    machine.run("listValues", rows, LIST_ROWS, args);
  }
  return {
    step: machine.step,
    rows,
    cols,
    lists,
    index,
    values,
    count,
    density: count / (rows * cols),
    columns: undefined,
  };
}

/** The events by column, in chunks of at most `chunkRows` rows; kept with the list. */
export function columnsOf(
  machine: Machine,
  x: WasmStorage,
  events: EventList,
  chunkRows: number,
): EventColumns {
  if (events.columns?.chunkRows === chunkRows) return events.columns;
  const { rows, cols } = events;
  const chunks = Math.ceil(rows / chunkRows);
  const lists = machine.allocate(chunks * cols * 2, "step");
  const index = machine.allocate(Math.ceil((rows * cols) / 2), "step");
  const values = events.values ? machine.allocate(rows * cols, "step") : undefined;
  machine.run("transposeEvents", chunks, 1, [
    ...[x.pointer, rows, cols, events.lists.pointer, events.index.pointer, chunkRows],
    ...[lists.pointer, index.pointer, values?.pointer ?? 0],
  ]);
  events.columns = { chunkRows, lists, index, values };
  return events.columns;
}
