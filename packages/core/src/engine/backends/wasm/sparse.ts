import type { ConvSize, Storage } from "../../backend.ts";
import { densePlaces, numbersIn, type SparseBackend, type SparsePattern } from "../../backend-sparse.ts";
import { conv2dWeightGradient } from "./conv.ts";
import { type EventList, eventsOf, MAX_INDEX } from "./event-lists.ts";
import { linearWeightGradient } from "./linear.ts";
import { ELEMENT_GRAIN, type Machine, SCRATCH_BYTES } from "./machine.ts";
import { type SparseIndex, SparseIndices, writeIntegers } from "./sparse-index.ts";
import { addressOf, type WasmStorage } from "./storage.ts";

/** Activity up to which scattering events beats panels, for single weights and for blocks; measured in bench/LAB.md. */
const CROSSOVER = { single: 0.08, blocks: 0.25 };
/** Rows of a panel. */
const ROWS = 32;
/** What a kernel keeps in its scratch memory beside a panel: a tile of sums and addresses. */
const BESIDE = 4 * ROWS * 16 + 4 * ROWS;
/** Partial gradients, so that threads share the rows; fixed, as sums depend on it. */
const UNITS = 8;

/** Products with sparse weights on panels of rows, or on the events of sparse inputs. */
export class WasmSparse implements SparseBackend {
  readonly denseFrom = 0.5;
  readonly #machine: Machine;
  readonly #indices: SparseIndices;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#indices = new SparseIndices(machine);
  }

  forward(
    size: ConvSize,
    pattern: SparsePattern,
    x: Storage,
    values: Storage,
    bias: Storage | null,
    y: Storage,
  ): void {
    const index = this.#indices.of(pattern, size);
    const events = this.#eventsOf(size, pattern, x);
    if (events) this.#scatter(size, pattern, index, events, values, bias, y);
    else {
      const pixels = size.planes * size.outHeight * size.outWidth;
      const depth = size.inChannels * size.kernelHeight * size.kernelWidth;
      this.#product(patches(size), [pixels, size.outChannels, depth, size.inChannels], x, bias, y, [
        ...[index.byOutput.starts.pointer, 1, index.byOutput.index.pointer, addressOf(values)],
      ]);
    }
  }

  inputGradient(size: ConvSize, pattern: SparsePattern, gy: Storage, values: Storage, gx: Storage): void {
    const index = this.#indices.of(pattern, size);
    const places = size.kernelHeight * size.kernelWidth;
    const pixels = size.planes * size.inHeight * size.inWidth;
    const shape = [pixels, size.inChannels, size.outChannels * places, size.outChannels] as const;
    this.#withColumnValues(index, values, (byColumn) => {
      this.#product(contributions(size), shape, gy, null, gx, [
        ...[index.byColumn.starts.pointer, places, index.byColumn.index.pointer, byColumn.pointer],
      ]);
    });
  }

  weightGradient(size: ConvSize, pattern: SparsePattern, gy: Storage, x: Storage, gValues: Storage): void {
    const index = this.#indices.of(pattern, size);
    const events = this.#eventsOf(size, pattern, x);
    if (events) this.#collect(size, pattern, index, events, gy, gValues);
    else this.#panelGradient(size, index, gy, x, gValues);
  }

  denseGradient(
    size: ConvSize,
    first: number,
    count: number,
    gy: Storage,
    x: Storage,
    gWeight: Storage,
  ): void {
    const pixels = size.planes * size.outHeight * size.outWidth;
    const part = { ...size, outChannels: count };
    this.#machine.lend(pixels * count, (rows) => {
      const from = addressOf(gy) + 4 * first;
      const layout = [from, rows.pointer, 1, count, size.outChannels, 0, 1];
      this.#machine.run("permute", pixels, this.#machine.grain(pixels, 256), layout);
      if (isLinear(size)) {
        const rowsSize = { rows: size.planes, inputs: size.inChannels, outputs: count };
        linearWeightGradient(this.#machine, rowsSize, rows, x, gWeight);
      } else conv2dWeightGradient(this.#machine, part, rows, x, gWeight);
    });
  }

  expand(pattern: SparsePattern, values: Storage, dense: Storage): void {
    this.#machine.each("fill", dense.length, [addressOf(dense), 0]);
    this.#withPlaces(pattern, (places) => {
      this.#machine.each("putNumbers", numbersIn(pattern), [addressOf(values), places, addressOf(dense)]);
    });
  }

  compress(pattern: SparsePattern, dense: Storage, values: Storage): void {
    this.#withPlaces(pattern, (places) => {
      this.#machine.each("takeNumbers", numbersIn(pattern), [addressOf(dense), places, addressOf(values)]);
    });
  }

  #withPlaces(pattern: SparsePattern, work: (places: number) => void): void {
    const dense = densePlaces(pattern);
    this.#machine.lend(dense.length, (places) => {
      writeIntegers(this.#machine, places, dense);
      work(places.pointer);
    });
  }

  /** The events of `x` where going through them pays. */
  #eventsOf(size: ConvSize, { block }: SparsePattern, x: Storage): EventList | undefined {
    if (size.inChannels > MAX_INDEX) return undefined;
    const crossover = block === 1 ? CROSSOVER.single : CROSSOVER.blocks;
    const rows = size.planes * size.inHeight * size.inWidth;
    const events = eventsOf(this.#machine, x as WasmStorage, rows, size.inChannels, crossover);
    return events && !events.isQuads && events.density <= crossover ? events : undefined;
  }

  #scatter(
    size: ConvSize,
    { block }: SparsePattern,
    index: SparseIndex,
    events: EventList,
    values: Storage,
    bias: Storage | null,
    y: Storage,
  ): void {
    this.#withColumnValues(index, values, (byColumn) => {
      const geometry = this.#machine.record([], reach(size));
      this.#machine.run("scatterEvents", size.planes, this.#machine.grain(size.planes, 16), [
        ...[geometry, events.lists.pointer, events.index.pointer, addressOf(events.values)],
        ...[index.byColumn.starts.pointer, index.byColumn.index.pointer, byColumn.pointer],
        ...[addressOf(bias), addressOf(y), Number(block > 1)],
      ]);
    });
  }

  #collect(
    size: ConvSize,
    { block }: SparsePattern,
    index: SparseIndex,
    events: EventList,
    gy: Storage,
    gValues: Storage,
  ): void {
    const planes = Math.ceil(size.planes / UNITS);
    const units = Math.ceil(size.planes / planes);
    this.#machine.lend(units * index.count, (partials) => {
      const geometry = this.#machine.record([], reach(size));
      this.#machine.run("collectEvents", units, 1, [
        ...[geometry, events.lists.pointer, events.index.pointer, addressOf(events.values)],
        ...[index.byColumn.starts.pointer, index.byColumn.index.pointer, addressOf(gy), partials.pointer],
        ...[Number(block > 1), index.count, planes, size.planes],
      ]);
      this.#sumPartials(partials, units, index.count, index.slots.pointer, gValues);
    });
  }

  #panelGradient(size: ConvSize, index: SparseIndex, gy: Storage, x: Storage, gValues: Storage): void {
    const { inChannels, outChannels } = size;
    const pixels = size.planes * size.outHeight * size.outWidth;
    const depth = inChannels * size.kernelHeight * size.kernelWidth;
    const panels = Math.ceil(Math.ceil(pixels / ROWS) / UNITS);
    const units = Math.ceil(pixels / (ROWS * panels));
    this.#machine.lend(units * index.count, (partials) => {
      this.#withPanels(units, depth + outChannels, Math.max(inChannels, outChannels), (zeros, shared) => {
        const frames = this.#machine.record([], [...patches(size), ...straight(size)]);
        this.#machine.run("sparseGradient", units, 1, [
          ...[frames, frames + 40, addressOf(x), addressOf(gy), zeros],
          ...[index.byOutput.starts.pointer, index.byOutput.index.pointer, partials.pointer],
          ...[pixels, outChannels, depth, index.count, panels, shared],
        ]);
      });
      this.#sumPartials(partials, units, index.count, 0, gValues);
    });
  }

  #sumPartials(partials: WasmStorage, units: number, count: number, slots: number, out: Storage): void {
    const args = [partials.pointer, units, count, slots, addressOf(out)];
    this.#machine.run("sumPartials", count, this.#machine.grain(count, ELEMENT_GRAIN), args);
  }

  /** `y = bias + source times weights`; `lists` are starts, how many lists an output has, index and values. */
  #product(
    frame: readonly number[],
    [pixels, outputs, depth, channels]: readonly [number, number, number, number],
    source: Storage,
    bias: Storage | null,
    y: Storage,
    lists: readonly number[],
  ): void {
    const panels = Math.ceil(pixels / ROWS);
    this.#withPanels(panels, depth, channels, (zeros, shared) => {
      this.#machine.run("sparseProduct", panels, 1, [
        ...[this.#machine.record([], frame), addressOf(source), zeros, ...lists],
        ...[addressOf(bias), addressOf(y), pixels, outputs, depth, shared],
      ]);
    });
  }

  /** Lends zeros for `channels`, and room for `count` panels if one is too deep for the scratch memory. */
  #withPanels(
    count: number,
    depth: number,
    channels: number,
    work: (zeros: number, shared: number) => void,
  ): void {
    const machine = this.#machine;
    machine.lend(channels, (zeros) => {
      machine.numbers(zeros).fill(0);
      if (BESIDE + 4 * ROWS * depth <= SCRATCH_BYTES) work(zeros.pointer, 0);
      else machine.lend(count * ROWS * depth, (panels) => work(zeros.pointer, panels.pointer));
    });
  }

  /** Lends the values in the order of `byColumn`. */
  #withColumnValues(index: SparseIndex, values: Storage, work: (values: WasmStorage) => void): void {
    this.#machine.lend(index.count, (byColumn) => {
      const args = [addressOf(values), index.slots.pointer, byColumn.pointer];
      this.#machine.run("takeNumbers", index.count, this.#machine.grain(index.count, ELEMENT_GRAIN), args);
      work(byColumn);
    });
  }
}

function isLinear({ inHeight, inWidth, kernelHeight, kernelWidth, padding }: ConvSize): boolean {
  return inHeight * inWidth * kernelHeight * kernelWidth === 1 && padding === 0;
}

/** Where output pixels look at x; see `Window` in assembly/sparse.ts. */
function patches(size: ConvSize): number[] {
  const { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding } = size;
  const images = [size.inChannels, inHeight, inWidth, outHeight, outWidth];
  return [...images, kernelHeight, kernelWidth, stride, padding, 0];
}

/** Where input pixels look at gy. */
function contributions(size: ConvSize): number[] {
  const { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding } = size;
  const images = [size.outChannels, outHeight, outWidth, inHeight, inWidth];
  return [...images, kernelHeight, kernelWidth, stride, padding, 1];
}

/** Output pixels as they are. */
function straight({ outChannels, outHeight, outWidth }: ConvSize): number[] {
  return [outChannels, outHeight, outWidth, outHeight, outWidth, 1, 1, 1, 0, 0];
}

/** See `Reach` in assembly/sparse-events.ts. */
function reach(size: ConvSize): number[] {
  const { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding } = size;
  return [
    ...[inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding],
    size.outChannels,
  ];
}
