import { type EventList, lifetimeOf, stepOf } from "./event-lists.ts";
import type { Machine } from "./machine.ts";
import { PANEL, panelLength } from "./panels.ts";
import type { WasmStorage } from "./storage.ts";

/** Rows a unit of listing. */
const LIST_ROWS = 64;
/** Groups of four columns a unit of expanding or folding panels. */
const UNIT_GROUPS = 16;

/** The columns of panels: those under each place of a convolution's kernel, `channels` a place. */
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
  machine: Machine,
  x: WasmStorage,
  rows: number,
  cols: number,
): EventList | undefined {
  const step = stepOf(machine, x);
  const lists = machine.allocate(rows * 2, lifetimeOf(step));
  const index = machine.allocate(Math.ceil((rows * groupsOf(cols)) / 2), lifetimeOf(step));
  const count = machine.sum("listQuads", rows, LIST_ROWS, (partials) => {
    return [x.pointer, cols, lists.pointer, index.pointer, partials, LIST_ROWS];
  });
  if (Number.isNaN(count)) {
    machine.release(lists);
    machine.release(index);
    return undefined;
  }
  return {
    ...{ step, rows, cols, isQuads: true, symbols: quadsOf(cols), capacity: groupsOf(cols) },
    ...{ lists, index, values: undefined, count, density: count / (rows * cols), columns: undefined },
  };
}

/** Lends `work` panels with a row for each number that `events` may list, made from those for columns. */
export function withEventPanels<T>(
  machine: Machine,
  events: EventList,
  panels: WasmStorage,
  { places, channels, outputs }: PanelColumns,
  work: (eventPanels: WasmStorage) => T,
): T {
  if (!events.isQuads) return work(panels);
  return machine.lend(panelLength(places * events.symbols, outputs, PANEL), (expanded) => {
    const units = places * groupsOf(channels);
    const args = [panels.pointer, expanded.pointer, places, channels, outputs];
    machine.run("expandPanels", units, UNIT_GROUPS, args);
    return work(expanded);
  });
}

/** Lends `work` room for a sum for each number that `events` may list, and leaves sums by column in `sums`. */
export function withEventSums(
  machine: Machine,
  events: EventList,
  sums: WasmStorage,
  { places, channels, outputs }: PanelColumns,
  work: (eventSums: WasmStorage) => void,
): void {
  if (!events.isQuads) {
    work(sums);
    return;
  }
  machine.lend(panelLength(places * events.symbols, outputs, PANEL), (eventSums) => {
    work(eventSums);
    const units = places * groupsOf(channels);
    const args = [eventSums.pointer, sums.pointer, places, channels, outputs];
    machine.run("foldPanels", units, UNIT_GROUPS, args);
  });
}
