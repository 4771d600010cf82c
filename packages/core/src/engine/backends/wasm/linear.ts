/**
 * Linear layers.
 * Event-driven where activity is below one half (listed by column, or as quads), else dense on register tiles; input
 * gradients inside the support of the spikes where that is small. In evaluation either adds up input after input, so that
 * activity changes no bit.
 * Crossovers are measured in bench/LAB.md, Gathering and Register tile.
 */
import type { LinearBackend, LinearSize, Storage } from "../../backend/index.ts";
import { columnsOf, eventsOf } from "./operands/events.ts";
import {
  matrix,
  PANEL,
  panelLength,
  transposed,
  unpackPanels,
  withPaddedBias,
  withPanels,
} from "./operands/panels.ts";
import { type PanelColumns, withEventPanels, withEventSums } from "./operands/event-panels.ts";
import { usefulSupport } from "./operands/support.ts";
import { multiply, rowsOf } from "./products/dense.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { EventList, SpikeSupport } from "./runtime/storage.ts";

/** Activity up to which event-driven products win, column by column; measured in bench/LAB.md. */
const CROSSOVER = 0.5;
/** Rows of a chunk of events by column: its panel of gradients (128 KiB) stays in the second-level cache. */
const CHUNK_ROWS = 1024;
/** Units of a weight gradient at least; more would read the gradients' panels more often. */
const UNITS = 16;

export function linear(runtime: Runtime): LinearBackend {
  return {
    forward(size, { x, weight, bias, y }) {
      const { rows, inputs, outputs } = size;
      const inOrder = size.separateSteps !== undefined;
      const events = eventsOf(runtime, x, rows, inputs, { crossover: CROSSOVER, inOrder });
      if (events) {
        gatherForward(runtime, size, events, { weight, bias, y });
        return;
      }
      const w = transposed(matrix(weight, outputs, inputs));
      multiply(runtime, rowsOf(matrix(x, rows, inputs)), w, { c: y, ldc: outputs, bias, inOrder });
    },

    usefulInputGradient(size, { gy, weight, x, gx }) {
      const { rows, inputs, outputs } = size;
      const support = usefulSupport(runtime, x);
      if (support) {
        sampleInputGradient(runtime, size, support, { gy, weight, gx });
        return;
      }
      const target = { c: gx, ldc: inputs };
      multiply(runtime, rowsOf(matrix(gy, rows, outputs)), matrix(weight, outputs, inputs), target);
    },

    weightGradient(size, { gy, x, gWeight }) {
      const { rows, inputs, outputs } = size;
      const events = eventsOf(runtime, x, rows, inputs, { crossover: CROSSOVER });
      if (events) {
        gatherWeightGradient(runtime, size, events, { gy, x, gWeight });
        return;
      }
      const g = rowsOf(transposed(matrix(gy, rows, outputs)));
      multiply(runtime, g, matrix(x, rows, inputs), { c: gWeight, ldc: inputs });
    },
  };
}

function gatherForward(
  runtime: Runtime,
  size: LinearSize,
  events: EventList,
  { weight, bias, y }: { readonly weight: Storage; readonly bias: Storage | undefined; readonly y: Storage },
): void {
  const { rows, inputs, outputs } = size;
  const { lists, index, values, symbols } = events;
  withPanels(runtime, transposed(matrix(weight, outputs, inputs)), PANEL, (columnPanels) => {
    withEventPanels(runtime, events, columnPanels, columnsIn(size), (panels) => {
      withPaddedBias(runtime, bias, outputs, (padded) => {
        const grain = runtime.grain(rows, 256);
        const operands = { lists, index, values, panels, bias: padded, y, K: symbols, N: outputs };
        runtime.run("gatherRows", rows, grain, operands);
      });
    });
  });
}

function columnsIn({ inputs, outputs }: LinearSize): PanelColumns {
  return { places: 1, channels: inputs, outputs };
}

/** The input gradient inside the support of the input spikes, zero elsewhere. */
function sampleInputGradient(
  runtime: Runtime,
  { rows, inputs, outputs }: LinearSize,
  { window: support, charged: f }: SpikeSupport,
  { gy, weight, gx }: { readonly gy: Storage; readonly weight: Storage; readonly gx: Storage },
): void {
  runtime.scratch(inputs * outputs, (byInput) => {
    const order = { x: weight, out: byInput, n1: 1, n2: outputs, s0: 1, s1: 0, s2: inputs };
    runtime.run("permute", inputs, runtime.grain(inputs, 64), order);
    const operands = { support, f, gy, weight: byInput, gx, inputs, outputs };
    runtime.run("sampleLinear", rows, runtime.grain(rows, 64), operands);
  });
}

function gatherWeightGradient(
  runtime: Runtime,
  size: LinearSize,
  events: EventList,
  { gy, x, gWeight }: { readonly gy: Storage; readonly x: Storage; readonly gWeight: Storage },
): void {
  const { rows, inputs, outputs } = size;
  const { symbols } = events;
  const columns = columnsOf(runtime, x, events, CHUNK_ROWS);
  const panels = Math.ceil(outputs / PANEL);
  const blockRows = Math.ceil(symbols / Math.min(symbols, Math.ceil(UNITS / panels)));
  const blocks = Math.ceil(symbols / blockRows);
  withPanels(runtime, matrix(gy, rows, outputs), PANEL, (gPanels) => {
    runtime.scratch(panelLength(inputs, outputs, PANEL), (columnSums) => {
      withEventSums(runtime, events, columnSums, columnsIn(size), (sums) => {
        runtime.run("gatherColumns", panels * blocks, 1, {
          tLists: columns.lists,
          tIndex: columns.index,
          tValues: columns.values,
          gPanels,
          out: sums,
          rows,
          K: symbols,
          N: outputs,
          chunkRows: CHUNK_ROWS,
          blocks,
          blockRows,
        });
      });
      unpackPanels(runtime, columnSums, transposed(matrix(gWeight, outputs, inputs)));
    });
  });
}
