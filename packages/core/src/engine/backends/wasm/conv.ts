/**
 * Convolutions: event-driven where activity is below one half, else Winograd's products for 3 x 3 kernels of stride 1,
 * else dense products over patches that are packed on the fly; input gradients inside the spikes' support where that is
 * small. Crossovers are measured in bench/LAB.md.
 */
import type { ConvBackend, ConvSize, Storage } from "../../backend/index.ts";
import { columnsOf, eventsOf, MAX_INDEX } from "./operands/events.ts";
import { matrix, PANEL, panelLength, unpackPanels, withPaddedBias, withPanels } from "./operands/panels.ts";
import { type PanelColumns, withEventPanels, withEventSums } from "./operands/event-panels.ts";
import { eachStep } from "./operands/steps.ts";
import { usefulSupport } from "./operands/support.ts";
import { multiply, type Rows } from "./products/dense.ts";
import { winogradForward, winogradInputGradient, winogradPays } from "./products/winograd.ts";
import { addressAt } from "./runtime/address.ts";
import { type Runtime, SCRATCH_BYTES } from "./runtime/runtime.ts";
import type { EventList, SpikeSupport, WasmStorage } from "./runtime/storage.ts";

/** Activity up to which event-driven convolutions win, column by column; measured in bench/LAB.md. */
const CROSSOVER = 0.5;
/** Pixels of a chunk of events by channel: its panel of gradients (128 KiB) stays in the second-level cache. */
const CHUNK_PIXELS = 1024;

export function conv(runtime: Runtime): ConvBackend {
  const forward: ConvBackend["forward"] = (size, { x, weight, bias, y }) => {
    const inOrder = size.separateSteps !== undefined;
    const events = convEvents(runtime, size, x, inOrder);
    for (const group of groupsOf(size)) {
      withPatchWeights(runtime, group, weight, (w) => {
        if (events) gatherForward(runtime, size, events, { w, bias, y });
        else if (winogradPays(size)) winogradForward(runtime, size, { x, w, bias, y });
        else {
          const b = matrix(w, group.places * group.inputs, group.outputs);
          const here = bias && addressAt(bias, group.firstOutput);
          const target = { c: addressAt(y, group.firstOutput), ldc: size.outChannels, bias: here, inOrder };
          multiply(runtime, patches(size, group, x, "patches"), b, target);
        }
      });
    }
  };
  return {
    forward(whole, buffers) {
      // Winograd's products differ in their last bits from those over events, so each step chooses for itself.
      const apart = winogradPays(whole) ? whole.separateSteps : undefined;
      eachStep(whole, buffers, apart, (size, { x, y }) => forward(size, { ...buffers, x, y }));
    },

    usefulInputGradient(size, { gy, weight, x, gx }) {
      const support = size.groups === 1 ? usefulSupport(runtime, x) : undefined;
      if (support) {
        const [group] = groupsOf(size) as [Group];
        withPatchWeights(runtime, group, weight, (w) =>
          sampleInputGradient(runtime, size, support, { gy, w, gx }),
        );
        return;
      }
      for (const group of groupsOf(size)) inputGradient(runtime, size, group, { gy, weight, gx });
    },

    weightGradient(size, { gy, x, gWeight }) {
      const events = convEvents(runtime, size, x);
      for (const group of groupsOf(size)) {
        const { places, inputs, outputs } = group;
        runtime.scratch(places * inputs * outputs, (w) => {
          if (events) gatherWeightGradient(runtime, size, events, { gy, x, w });
          else {
            const from = addressAt(gy, group.firstOutput);
            const b = { ...matrix(from, outputPixels(size), outputs), rowStride: size.outChannels };
            multiply(runtime, patches(size, group, x, "patchesTransposed"), b, { c: w, ldc: outputs });
          }
          writePatchWeights(runtime, group, w, gWeight);
        });
      }
    },
  };
}

/** One group of a convolution as a matrix product over patches. */
interface Group {
  readonly inputs: number;
  readonly outputs: number;
  readonly places: number;
  /** First channel of the group, in and out. */
  readonly firstInput: number;
  readonly firstOutput: number;
  /** Index of the group's first weight. */
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

function outputPixels({ planes, outHeight, outWidth }: ConvSize): number {
  return planes * outHeight * outWidth;
}

/** The patches that the output pixels of a group see, or the transpose of that matrix. */
function patches(size: ConvSize, group: Group, x: Storage, source: "patches" | "patchesTransposed"): Rows {
  const channels = { channels: group.inputs, pixelStride: size.inChannels, channelOffset: group.firstInput };
  const rows = source === "patches" ? outputPixels(size) : group.places * group.inputs;
  return { source, a: x, rowStride: 0, colStride: 0, patches: { ...size, ...channels }, rows };
}

/** Input gradients of a group: input pixels collect the output gradients that they contributed to. */
function inputGradient(
  runtime: Runtime,
  size: ConvSize,
  { inputs, outputs, places, weights, firstInput, firstOutput }: Group,
  { gy, weight, gx }: { readonly gy: Storage; readonly weight: Storage; readonly gx: Storage },
): void {
  runtime.scratch(places * outputs * inputs, (w) => {
    const layout = { n1: outputs, n2: inputs, s0: 1, s1: inputs * places, s2: places };
    runtime.run("permute", places, 1, { x: addressAt(weight, weights), out: w, ...layout });
    if (winogradPays(size)) {
      winogradInputGradient(runtime, size, { x: gy, w, y: gx });
      return;
    }
    const channels = { channels: outputs, pixelStride: size.outChannels, channelOffset: firstOutput };
    const rows: Rows = {
      ...{ source: "contributions", a: gy, rowStride: 0, colStride: 0, patches: { ...size, ...channels } },
      rows: size.planes * size.inHeight * size.inWidth,
    };
    const target = { c: addressAt(gx, firstInput), ldc: size.inChannels };
    multiply(runtime, rows, matrix(w, places * outputs, inputs), target);
  });
}

/** The weights of a group as the matrix (place, input channel) x output channel, for the time of `work`. */
function withPatchWeights(
  runtime: Runtime,
  { inputs, outputs, places, weights }: Group,
  weight: Storage,
  work: (w: WasmStorage) => void,
): void {
  runtime.scratch(places * inputs * outputs, (w) => {
    const layout = { n1: inputs, n2: outputs, s0: 1, s1: places, s2: inputs * places };
    runtime.run("permute", places, 1, { x: addressAt(weight, weights), out: w, ...layout });
    work(w);
  });
}

/** Writes the matrix (place, input channel) x output channel back as the weights of a group. */
function writePatchWeights(runtime: Runtime, group: Group, w: WasmStorage, gWeight: Storage): void {
  const { inputs, outputs, places, weights } = group;
  const layout = { n1: inputs, n2: places, s0: 1, s1: outputs, s2: inputs * outputs };
  const out = addressAt(gWeight, weights);
  runtime.run("permute", outputs, runtime.grain(outputs, 64), { x: w, out, ...layout });
}

function convEvents(runtime: Runtime, size: ConvSize, x: Storage, inOrder = false): EventList | undefined {
  const places = size.kernelHeight * size.kernelWidth;
  const columns = places * size.inChannels;
  const fits = columns <= MAX_INDEX && 16 * columns * 6 + 1024 <= SCRATCH_BYTES;
  const pixels = size.inHeight * size.inWidth;
  const chunkFits =
    Math.max(pixels, size.outHeight * size.outWidth) <= MAX_INDEX && pixels * 6 + 1024 <= SCRATCH_BYTES;
  if (size.groups !== 1 || !fits || !chunkFits) return undefined;
  return eventsOf(runtime, x, size.planes * pixels, size.inChannels, {
    crossover: CROSSOVER,
    places,
    inOrder,
  });
}

function columnsIn({ kernelHeight, kernelWidth, inChannels, outChannels }: ConvSize): PanelColumns {
  return { places: kernelHeight * kernelWidth, channels: inChannels, outputs: outChannels };
}

/** Events of an input pixel, on average, up to which going from these wins; measured in bench/LAB.md, Gathering. */
const SCATTER_EVENTS = 1;

/** Whether most output pixels see no event: then these are not looked for from each of them. */
function scatterPays({ inHeight, inWidth, planes }: ConvSize, { isQuads, count }: EventList): boolean {
  return !isQuads && count <= SCATTER_EVENTS * planes * inHeight * inWidth;
}

function gatherForward(
  runtime: Runtime,
  size: ConvSize,
  events: EventList,
  { w, bias, y }: { readonly w: WasmStorage; readonly bias: Storage | undefined; readonly y: Storage },
): void {
  const { lists, index, values, symbols } = events;
  const { places, channels, outputs: N } = columnsIn(size);
  const pixels = outputPixels(size);
  withPanels(runtime, matrix(w, places * channels, N), PANEL, (columnPanels) => {
    withEventPanels(runtime, events, columnPanels, columnsIn(size), (panels) => {
      withPaddedBias(runtime, bias, N, (padded) => {
        const window = { ...size, channels: symbols };
        const operands = { lists, index, values, window, panels, bias: padded, y, N };
        if (scatterPays(size, events)) {
          const { planes } = size;
          runtime.run(
            "scatterPatches",
            planes,
            runtime.grain(planes, Math.ceil(512 / (pixels / planes))),
            operands,
          );
        } else runtime.run("gatherPatches", pixels, runtime.grain(pixels, 512), operands);
      });
    });
  });
}

/** The input gradient inside the support of the input spikes, zero elsewhere. */
function sampleInputGradient(
  runtime: Runtime,
  size: ConvSize,
  { window: support, charged: f }: SpikeSupport,
  { gy, w, gx }: { readonly gy: Storage; readonly w: WasmStorage; readonly gx: Storage },
): void {
  const { inChannels: inputs, outChannels: outputs } = size;
  const pixels = size.planes * size.inHeight * size.inWidth;
  const operands = { support, window: { ...size, channels: inputs }, f, gy, weight: w, gx };
  runtime.run("sampleConv", pixels, runtime.grain(pixels, 256), { ...operands, inputs, outputs });
}

/** Gathering panels of the gradients; a matrix as wide as a panel is one. */
function withGradientPanels(
  runtime: Runtime,
  gy: Storage,
  rows: number,
  cols: number,
  work: (panels: Storage) => void,
): void {
  if (cols === PANEL) work(gy);
  else withPanels(runtime, matrix(gy, rows, cols), PANEL, work);
}

function gatherWeightGradient(
  runtime: Runtime,
  size: ConvSize,
  events: EventList,
  { gy, x, w }: { readonly gy: Storage; readonly x: Storage; readonly w: WasmStorage },
): void {
  const inPixels = size.inHeight * size.inWidth;
  const outPixels = size.outHeight * size.outWidth;
  const chunkPlanes = Math.max(1, Math.floor(CHUNK_PIXELS / Math.max(inPixels, outPixels)));
  const columns = columnsOf(runtime, x, events, chunkPlanes * inPixels);
  const byColumn = { tLists: columns.lists, tIndex: columns.index, tValues: columns.values };
  const { places, channels, outputs: N } = columnsIn(size);
  const window = { ...size, channels: events.symbols };
  runtime.scratch(Math.ceil((places * chunkPlanes * inPixels) / 2), (map) => {
    withGradientPanels(runtime, gy, size.planes * outPixels, N, (gPanels) => {
      runtime.scratch(panelLength(places * channels, N, PANEL), (columnSums) => {
        withEventSums(runtime, events, columnSums, columnsIn(size), (out) => {
          const K = places * events.symbols;
          // Few units, as each reads all gradients; how the rows are cut changes no result.
          const grain = runtime.grain(K, K, runtime.threads === 1 ? 1 : 2 * runtime.threads);
          const chunks = { planes: size.planes, chunkPlanes };
          runtime.run("mapPatches", places, 1, { window, planes: chunkPlanes, map });
          runtime.run("gatherPatchColumns", K, grain, {
            ...byColumn,
            window,
            map,
            gPanels,
            out,
            ...chunks,
            N,
          });
        });
        unpackPanels(runtime, columnSums, matrix(w, places * channels, N));
      });
    });
  });
}
