/**
 * Events of four neighbouring columns as one of a larger alphabet.
 * For spikes that are too dense to list one by one: from a quarter of all values on, zeros and ones only.
 * Measured in bench/LAB.md, Gathering.
 */
import type { Runtime } from "../runtime/runtime.ts";
import { type EventList, lifetimeOf, stepOf, type WasmStorage } from "../runtime/storage.ts";

/** Rows per unit of listing. */
const LIST_ROWS = 64;
/** Groups of four columns. */
export function groupsOf(cols: number): number {
  return Math.ceil(cols / 4);
}

/** How many different quads `cols` columns have. */
export function quadsOf(cols: number): number {
  return 16 * groupsOf(cols);
}

/** The events of `x` [rows, cols] as quads; undefined when some value is neither zero nor one. */
export function listQuads(
  runtime: Runtime,
  x: WasmStorage,
  rows: number,
  cols: number,
): EventList | undefined {
  const step = stepOf(x, runtime.step);
  const lists = runtime.allocate(rows * 2, lifetimeOf(step));
  const index = runtime.allocate(Math.ceil((rows * groupsOf(cols)) / 2), lifetimeOf(step));
  const count = runtime.sum("listQuads", rows, LIST_ROWS, { x, cols, lists, index, grain: LIST_ROWS });
  if (Number.isNaN(count)) {
    runtime.release(lists);
    runtime.release(index);
    return undefined;
  }
  return {
    step,
    rows,
    cols,
    isQuads: true,
    symbols: quadsOf(cols),
    capacity: groupsOf(cols),
    lists,
    index,
    values: undefined,
    count,
    density: count / (rows * cols),
    columns: undefined,
  };
}
