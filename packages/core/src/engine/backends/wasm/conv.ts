import type { ConvSize, Storage } from "../../backend.ts";
import { multiply, ROWS, type RowSource } from "./dense.ts";
import { columnsOf, type EventList, eventsOf, MAX_INDEX } from "./event-lists.ts";
import { frame } from "./frame.ts";
import { type Machine, SCRATCH_BYTES } from "./machine.ts";
import { matrix, PANEL, panelLength, unpackPanels, withPaddedBias, withPanels } from "./panels.ts";
import { type PanelColumns, withEventPanels, withEventSums } from "./quads.ts";
import { addressOf, type WasmStorage } from "./storage.ts";
import { sampleConv, usefulSupport } from "./support.ts";
import { winogradForward, winogradInputGradient, winogradPays } from "./winograd.ts";

/** Activity up to which event-driven convolutions win, column by column; measured in bench/LAB.md. */
const CROSSOVER = 0.5;
/** Pixels of a chunk of events by channel: its panel of gradients (128 KiB) stays in the second-level cache. */
const CHUNK_PIXELS = 1024;

/** One group of a convolution as a matrix product over patches. */
interface Group {
  readonly inputs: number;
  readonly outputs: number;
  readonly places: number;
  /** First channel of the group, in and out. */
  readonly firstInput: number;
  readonly firstOutput: number;
  /** Offset of the group's weights, in numbers. */
  readonly weights: number;
}

function groupsOf(size: ConvSize): Group[] {
  const inputs = size.inChannels / size.groups;
  const outputs = size.outChannels / size.groups;
  const places = size.kernelHeight * size.kernelWidth;
  return Array.from({ length: size.groups }, (_, g) => {
    const weights = g * outputs * inputs * places;
    return { inputs, outputs, places, firstInput: g * inputs, firstOutput: g * outputs, weights };
  });
}

/** The patches that the output pixels of a group see, or the transpose of that matrix. */
function patches(size: ConvSize, group: Group, x: Storage, isTransposed: boolean): RowSource {
  return {
    kind: isTransposed ? ROWS.patchesTransposed : ROWS.patches,
    pointer: addressOf(x),
    geometry: [0, 0, ...frame(size), group.inputs, size.inChannels, group.firstInput],
    rows: isTransposed ? group.places * group.inputs : size.planes * size.outHeight * size.outWidth,
  };
}

/** The output gradients that the input pixels of a group contributed to. */
function contributions(size: ConvSize, group: Group, gy: Storage): RowSource {
  return {
    kind: ROWS.contributions,
    pointer: addressOf(gy),
    geometry: [0, 0, ...frame(size), group.outputs, size.outChannels, group.firstOutput],
    rows: size.planes * size.inHeight * size.inWidth,
  };
}

/** Lends the weights of a group as the matrix (place, input channel) x output channel. */
function withPatchWeights(
  machine: Machine,
  group: Group,
  weight: Storage,
  work: (w: WasmStorage) => void,
): void {
  const { inputs, outputs, places, weights } = group;
  machine.lend(places * inputs * outputs, (w) => {
    const from = addressOf(weight) + 4 * weights;
    machine.run("permute", places, 1, [from, w.pointer, inputs, outputs, 1, places, inputs * places]);
    work(w);
  });
}

/** Writes the matrix (place, input channel) x output channel back as the weights of a group. */
function writePatchWeights(machine: Machine, group: Group, w: WasmStorage, gWeight: Storage): void {
  const { inputs, outputs, places, weights } = group;
  const to = addressOf(gWeight) + 4 * weights;
  const grain = machine.grain(outputs, 64);
  machine.run("permute", outputs, grain, [w.pointer, to, inputs, places, 1, outputs, inputs * outputs]);
}

function convEvents(machine: Machine, size: ConvSize, x: Storage): EventList | undefined {
  const places = size.kernelHeight * size.kernelWidth;
  const columns = places * size.inChannels;
  const fits = columns <= MAX_INDEX && 16 * columns * 6 + 1024 <= SCRATCH_BYTES;
  const pixels = size.inHeight * size.inWidth;
  const chunkFits =
    Math.max(pixels, size.outHeight * size.outWidth) <= MAX_INDEX && pixels * 6 + 1024 <= SCRATCH_BYTES;
  if (size.groups !== 1 || !fits || !chunkFits) return undefined;
  return eventsOf(machine, x as WasmStorage, size.planes * pixels, size.inChannels, CROSSOVER, places);
}

export function conv2dForward(
  machine: Machine,
  size: ConvSize,
  x: Storage,
  weight: Storage,
  bias: Storage | null,
  y: Storage,
): void {
  const events = convEvents(machine, size, x);
  for (const group of groupsOf(size)) {
    withPatchWeights(machine, group, weight, (w) => {
      const b = matrix(w.pointer, group.places * group.inputs, group.outputs);
      const biasHere = bias ? addressOf(bias) + 4 * group.firstOutput : 0;
      if (events) {
        gatherForward(machine, size, events, b, biasHere, y);
      } else if (winogradPays(size)) {
        winogradForward(machine, size, x, w, bias, y);
      } else {
        const to = addressOf(y) + 4 * group.firstOutput;
        multiply(machine, patches(size, group, x, false), b, biasHere, to, size.outChannels);
      }
    });
  }
}

function gatherForward(
  machine: Machine,
  size: ConvSize,
  events: EventList,
  weights: ReturnType<typeof matrix>,
  bias: number,
  y: Storage,
): void {
  const pixels = size.planes * size.outHeight * size.outWidth;
  withPanels(machine, weights, PANEL, (columnPanels) => {
    withEventPanels(machine, events, columnPanels, columnsIn(size), (panels) => {
      withPaddedBias(machine, bias, size.outChannels, (padded) => {
        const geometry = machine.record([], [...frame(size), events.symbols]);
        machine.run("gatherPatches", pixels, machine.grain(pixels, 512), [
          ...[events.lists.pointer, events.index.pointer, addressOf(events.values), geometry],
          ...[panels.pointer, padded, addressOf(y), size.outChannels],
        ]);
      });
    });
  });
}

function columnsIn({ kernelHeight, kernelWidth, inChannels, outChannels }: ConvSize): PanelColumns {
  return { places: kernelHeight * kernelWidth, channels: inChannels, outputs: outChannels };
}

export function conv2dInputGradient(
  machine: Machine,
  size: ConvSize,
  gy: Storage,
  weight: Storage,
  x: Storage,
  gx: Storage,
): void {
  const support = size.groups === 1 ? usefulSupport(machine, x) : undefined;
  if (support) {
    const [group] = groupsOf(size) as [Group];
    withPatchWeights(machine, group, weight, (w) =>
      sampleConv(machine, size, support, gy, w, gx, frame(size)),
    );
    return;
  }
  for (const group of groupsOf(size)) {
    const { inputs, outputs, places, weights } = group;
    machine.lend(places * outputs * inputs, (w) => {
      const from = addressOf(weight) + 4 * weights;
      machine.run("permute", places, 1, [from, w.pointer, outputs, inputs, 1, inputs * places, places]);
      if (winogradPays(size)) {
        winogradInputGradient(machine, size, gy, w, gx);
        return;
      }
      const b = matrix(w.pointer, places * outputs, inputs);
      const to = addressOf(gx) + 4 * group.firstInput;
      multiply(machine, contributions(size, group, gy), b, 0, to, size.inChannels);
    });
  }
}

export function conv2dWeightGradient(
  machine: Machine,
  size: ConvSize,
  gy: Storage,
  x: Storage,
  gWeight: Storage,
): void {
  const events = convEvents(machine, size, x);
  for (const group of groupsOf(size)) {
    const pixels = size.planes * size.outHeight * size.outWidth;
    machine.lend(group.places * group.inputs * group.outputs, (w) => {
      if (events) {
        gatherWeightGradient(machine, size, gy, x as WasmStorage, events, w);
      } else {
        const from = addressOf(gy) + 4 * group.firstOutput;
        const b = {
          pointer: from,
          rows: pixels,
          cols: group.outputs,
          rowStride: size.outChannels,
          colStride: 1,
        };
        multiply(machine, patches(size, group, x, true), b, 0, w.pointer, group.outputs);
      }
      writePatchWeights(machine, group, w, gWeight);
    });
  }
}

/** Gathering panels of the gradients; a matrix as wide as a panel is one. */
function withGradientPanels(
  machine: Machine,
  gy: Storage,
  rows: number,
  cols: number,
  work: (panels: WasmStorage) => void,
): void {
  if (cols === PANEL) work(gy as WasmStorage);
  else withPanels(machine, matrix(addressOf(gy), rows, cols), PANEL, work);
}

function gatherWeightGradient(
  machine: Machine,
  size: ConvSize,
  gy: Storage,
  x: WasmStorage,
  events: EventList,
  w: WasmStorage,
): void {
  const inPixels = size.inHeight * size.inWidth;
  const outPixels = size.outHeight * size.outWidth;
  const chunkPlanes = Math.max(1, Math.floor(CHUNK_PIXELS / Math.max(inPixels, outPixels)));
  const columns = columnsOf(machine, x, events, chunkPlanes * inPixels);
  const places = size.kernelHeight * size.kernelWidth;
  const N = size.outChannels;
  machine.lend(Math.ceil((places * chunkPlanes * inPixels) / 2), (map) => {
    withGradientPanels(machine, gy, size.planes * outPixels, N, (gPanels) => {
      machine.lend(panelLength(places * size.inChannels, N, PANEL), (columnSums) => {
        withEventSums(machine, events, columnSums, columnsIn(size), (sums) => {
          const K = places * events.symbols;
          // Few units, as each reads all gradients; how the rows are cut changes no result.
          const grain = machine.grain(K, K, machine.threads === 1 ? 1 : 2 * machine.threads);
          const geometry = machine.record([], [...frame(size), events.symbols]);
          machine.run("mapPatches", places, 1, [geometry, chunkPlanes, map.pointer]);
          machine.run("gatherPatchColumns", K, grain, [
            ...[columns.lists.pointer, columns.index.pointer, addressOf(columns.values), geometry],
            ...[map.pointer, gPanels.pointer, sums.pointer, size.planes, chunkPlanes, N],
          ]);
        });
        unpackPanels(machine, columnSums, matrix(w.pointer, places * size.inChannels, N));
      });
    });
  });
}
