/**
 * Panels with a row for each index of an event list.
 * Those of columns as they are; for quads the sums of up to four of their rows, made before and taken apart after.
 * Measured in bench/LAB.md, Gathering.
 */
import type { Runtime } from "../runtime/runtime.ts";
import type { EventList, WasmStorage } from "../runtime/storage.ts";
import { PANEL, panelLength } from "./panels.ts";
import { groupsOf } from "./quads.ts";

/** Groups of four columns per unit of expanding or folding panels. */
const UNIT_GROUPS = 16;

/** The columns of panels: those under each place of a convolution's kernel, `channels` per place. */
export interface PanelColumns {
  readonly places: number;
  readonly channels: number;
  /** Width of all panels together. */
  readonly outputs: number;
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
