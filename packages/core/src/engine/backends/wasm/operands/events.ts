/**
 * Which values of a matrix are not zero, by row and by column: what event-driven products work on.
 * Column by column up to the caller's crossover, as quads where ones are denser; listed once per step and kept with the storage.
 * Measured in bench/LAB.md, Gathering.
 */
import type { Storage } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import {
  type EventColumns,
  type EventList,
  lifetimeOf,
  stepOf,
  type WasmStorage,
} from "../runtime/storage.ts";
import { listQuads, quadsOf } from "./quads.ts";

/** u16 indices: how many columns, or rows of a chunk, an event list can tell apart. */
export const MAX_INDEX = 65534;
/** Values per unit of listing, and the fewest rows. */
const [LIST_VALUES, LIST_ROWS] = [16384, 64] as const;
/** Values looked at to see whether listing can pay at all. */
const SAMPLE = 4096;
/** Activity from which ones are listed as quads, which then beat the dense product too; measured in bench/LAB.md. */
const QUADS_FROM = 0.25;

/** When events pay, and which. */
export interface EventChoice {
  /** Activity up to which listing column by column pays. */
  readonly crossover: number;
  /** How often the columns stand side by side in the panels to gather from; 1 if left out. */
  readonly places?: number;
  /** Column by column only: sums over quads are added in another order than those of dense products. */
  readonly inOrder?: boolean;
}

/**
 * The events of `x` as [rows, cols] if working with them pays. They are kept with the storage: until the
 * step ends, so that forward and backward pass share them; or, for spikes made outside of steps, until
 * these are released or written to.
 */
export function eventsOf(
  runtime: Runtime,
  storage: Storage,
  rows: number,
  cols: number,
  { crossover, places = 1, inOrder = false }: EventChoice,
): EventList | undefined {
  const x = storage as WasmStorage;
  const known = knownEvents(runtime, x);
  if (known?.cols !== cols || (inOrder && known.isQuads)) {
    dropEvents(runtime, x);
    const sample = sampleValues(runtime.values(x));
    const quadsPay = !inOrder && sample.isBinary && sample.density > QUADS_FROM;
    x.events =
      quadsPay && quadsOf(cols) * places <= MAX_INDEX ? listQuads(runtime, x, rows, cols) : undefined;
    if (!x.events && cols * places <= MAX_INDEX && sample.density <= 2 * crossover) {
      x.events = listEvents(runtime, x, rows, cols);
    }
  }
  const { events } = x;
  if (!events || events.symbols * places > MAX_INDEX) return undefined;
  return events.isQuads || events.density <= crossover ? events : undefined;
}

/** The events that were listed before and still hold. */
export function knownEvents(runtime: Runtime, storage: Storage): EventList | undefined {
  const { events } = storage as WasmStorage;
  return events?.step === undefined || events.step === runtime.step ? events : undefined;
}

/** Lists of another width make room for those to come; the support of spikes still holds. */
function dropEvents(runtime: Runtime, x: WasmStorage): void {
  const { support } = x;
  runtime.forget(x);
  x.support = support;
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

function listEvents(runtime: Runtime, x: WasmStorage, rows: number, cols: number): EventList {
  const step = stepOf(x, runtime.step);
  const lifetime = lifetimeOf(step);
  const lists = runtime.allocate(rows * 2, lifetime);
  const index = runtime.allocate(Math.ceil((rows * cols) / 2), lifetime);
  const grain = Math.max(LIST_ROWS, Math.floor(LIST_VALUES / cols));
  const weighted = runtime.scratch(Math.ceil(rows / grain), (flags) => {
    runtime.run("listEvents", rows, grain, { x, cols, lists, index, flags, grain });
    return runtime.values(flags).some((flag) => flag !== 0);
  });
  const count = runtime.sum("sumCounts", rows, 4096, { lists, grain: 4096 });
  const values = weighted ? runtime.allocate(rows * cols, lifetime) : undefined;
  if (values) runtime.run("listValues", rows, grain, { x, cols, lists, index, values });
  return {
    step,
    rows,
    cols,
    isQuads: false,
    symbols: cols,
    capacity: cols,
    lists,
    index,
    values,
    count,
    density: count / (rows * cols),
    columns: undefined,
  };
}

/** The events by column (or quad), in chunks of at most `chunkRows` rows; kept with the list. */
export function columnsOf(runtime: Runtime, x: Storage, events: EventList, chunkRows: number): EventColumns {
  if (events.columns?.chunkRows === chunkRows) return events.columns;
  if (events.columns) runtime.releaseLists(events.columns);
  const { rows, symbols, capacity } = events;
  const chunks = Math.ceil(rows / chunkRows);
  const lifetime = lifetimeOf(events.step);
  const lists = runtime.allocate(chunks * symbols * 2, lifetime);
  const index = runtime.allocate(Math.ceil((rows * capacity) / 2), lifetime);
  const values = events.values ? runtime.allocate(rows * capacity, lifetime) : undefined;
  runtime.run("transposeEvents", chunks, 1, {
    x,
    rows,
    cols: capacity,
    columns: symbols,
    lists: events.lists,
    index: events.index,
    chunkRows,
    tLists: lists,
    tIndex: index,
    tValues: values,
  });
  events.columns = { chunkRows, lists, index, values };
  return events.columns;
}
