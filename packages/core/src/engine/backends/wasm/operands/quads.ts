/**
 * Events of four neighbouring columns as one of a larger alphabet: for spikes that are too dense to list one by one.
 */
import type { Runtime } from "../runtime/runtime.ts";
import type { EventList, WasmStorage } from "../runtime/storage.ts";
import { lifetimeOf, stepOf } from "./lifetimes.ts";
import { PANEL, panelLength } from "./panels.ts";

/** Rows per unit of listing. */
const LIST_ROWS = 64;
/** Groups of four columns per unit of expanding or folding panels. */
const UNIT_GROUPS = 16;

/** The columns of panels: those under each place of a convolution's kernel, `channels` per place. */
export interface PanelColumns {
  readonly places: number;
  readonly channels: number;
  /** Width of all panels together. */
  readonly outputs: number;
}

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
  const step = stepOf(runtime, x);
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

/** Panels with a row for each index that `events` may list, made from those for columns, for the time of `work`. */
export function withEventPanels<T>(
  runtime: Runtime,
  events: EventList,
  panels: WasmStorage,
  { places, channels, outputs }: PanelColumns,
  work: (eventPanels: WasmStorage) => T,
): T {
  if (!events.isQuads) return work(panels);
  return runtime.scratch(panelLength(places * events.symbols, outputs, PANEL), (expanded) => {
    const units = places * groupsOf(channels);
    runtime.run("expandPanels", units, UNIT_GROUPS, { panels, out: expanded, places, channels, N: outputs });
    return work(expanded);
  });
}

/** Room for a sum for each index that `events` may list, for the time of `work`; leaves sums by column in `sums`. */
export function withEventSums(
  runtime: Runtime,
  events: EventList,
  sums: WasmStorage,
  { places, channels, outputs }: PanelColumns,
  work: (eventSums: WasmStorage) => void,
): void {
  if (!events.isQuads) {
    work(sums);
    return;
  }
  runtime.scratch(panelLength(places * events.symbols, outputs, PANEL), (eventSums) => {
    work(eventSums);
    const units = places * groupsOf(channels);
    runtime.run("foldPanels", units, UNIT_GROUPS, {
      sums: eventSums,
      out: sums,
      places,
      channels,
      N: outputs,
    });
  });
}
