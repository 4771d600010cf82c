import type { LinearSize, Storage } from "../../backend.ts";
import { multiply, rowsOf } from "./dense.ts";
import { columnsOf, type EventList, eventsOf } from "./event-lists.ts";
import type { Machine } from "./machine.ts";
import {
  type Matrix,
  matrix,
  PANEL,
  panelLength,
  transposed,
  unpackPanels,
  withPaddedBias,
  withPanels,
} from "./panels.ts";
import { type PanelColumns, withEventPanels, withEventSums } from "./quads.ts";
import { addressOf, type WasmStorage } from "./storage.ts";
import { sampleLinear, usefulSupport } from "./support.ts";

/** Activity up to which event-driven products win, column by column; measured in bench/LAB.md. */
const CROSSOVER = 0.5;
/** Rows of a chunk of events by column: its panel of gradients (128 KiB) stays in the second-level cache. */
const CHUNK_ROWS = 1024;
/** Units of a weight gradient at least; more would read the gradients' panels more often. */
const UNITS = 16;

export function linearForward(
  machine: Machine,
  size: LinearSize,
  x: Storage,
  weight: Storage,
  bias: Storage | null,
  y: Storage,
): void {
  const { rows, inputs, outputs } = size;
  const w = transposed(matrix(addressOf(weight), outputs, inputs));
  const events = eventsOf(machine, x as WasmStorage, rows, inputs, CROSSOVER);
  if (!events) {
    multiply(machine, rowsOf(matrix(addressOf(x), rows, inputs)), w, addressOf(bias), addressOf(y), outputs);
    return;
  }
  gatherForward(machine, size, events, w, addressOf(bias), y);
}

function gatherForward(
  machine: Machine,
  size: LinearSize,
  events: EventList,
  w: Matrix,
  bias: number,
  y: Storage,
): void {
  const { rows, outputs } = size;
  withPanels(machine, w, PANEL, (columnPanels) => {
    withEventPanels(machine, events, columnPanels, columnsIn(size), (panels) => {
      withPaddedBias(machine, bias, outputs, (padded) => {
        machine.run("gatherRows", rows, machine.grain(rows, 256), [
          ...[events.lists.pointer, events.index.pointer, addressOf(events.values), panels.pointer],
          ...[padded, addressOf(y), events.symbols, outputs],
        ]);
      });
    });
  });
}

function columnsIn({ inputs, outputs }: LinearSize): PanelColumns {
  return { places: 1, channels: inputs, outputs };
}

export function linearInputGradient(
  machine: Machine,
  size: LinearSize,
  gy: Storage,
  weight: Storage,
  x: Storage,
  gx: Storage,
): void {
  const { rows, inputs, outputs } = size;
  const support = usefulSupport(machine, x);
  if (support) {
    sampleLinear(machine, size, support, gy, weight, gx);
    return;
  }
  const g = rowsOf(matrix(addressOf(gy), rows, outputs));
  multiply(machine, g, matrix(addressOf(weight), outputs, inputs), 0, addressOf(gx), inputs);
}

export function linearWeightGradient(
  machine: Machine,
  size: LinearSize,
  gy: Storage,
  x: Storage,
  gWeight: Storage,
): void {
  const { rows, inputs, outputs } = size;
  const events = eventsOf(machine, x as WasmStorage, rows, inputs, CROSSOVER);
  if (events) {
    gatherWeightGradient(machine, size, gy, x as WasmStorage, events, gWeight);
    return;
  }
  const g = rowsOf(transposed(matrix(addressOf(gy), rows, outputs)));
  multiply(machine, g, matrix(addressOf(x), rows, inputs), 0, addressOf(gWeight), inputs);
}

function gatherWeightGradient(
  machine: Machine,
  size: LinearSize,
  gy: Storage,
  x: WasmStorage,
  events: EventList,
  gWeight: Storage,
): void {
  const { rows, inputs, outputs } = size;
  const { symbols } = events;
  const columns = columnsOf(machine, x, events, CHUNK_ROWS);
  const panels = Math.ceil(outputs / PANEL);
  const blockRows = Math.ceil(symbols / Math.min(symbols, Math.ceil(UNITS / panels)));
  const blocks = Math.ceil(symbols / blockRows);
  withPanels(machine, matrix(addressOf(gy), rows, outputs), PANEL, (gPanels) => {
    machine.lend(panelLength(inputs, outputs, PANEL), (columnSums) => {
      withEventSums(machine, events, columnSums, columnsIn(size), (sums) => {
        machine.run("gatherColumns", panels * blocks, 1, [
          ...[columns.lists.pointer, columns.index.pointer, addressOf(columns.values)],
          ...[gPanels.pointer, sums.pointer, rows, symbols, outputs, CHUNK_ROWS, blocks, blockRows],
        ]);
      });
      unpackPanels(machine, columnSums, transposed(matrix(addressOf(gWeight), outputs, inputs)));
    });
  });
}
