import type { ConvSize, Storage } from "../../backend.ts";
import { densePlaces, numbersIn, type SparseBackend, type SparsePattern } from "../../backend-sparse.ts";
import { type EventList, eventsOf, MAX_INDEX } from "./event-lists.ts";
import { ELEMENT_GRAIN, type Machine, SCRATCH_BYTES } from "./machine.ts";
import { contributions, patches, reach, straight } from "./sparse-frames.ts";
import { denseForward, denseInputGradient, denseWeightGradient } from "./sparse-dense.ts";
import { type SparseIndex, SparseIndices, writeIntegers } from "./sparse-index.ts";
import { addressOf, type WasmStorage } from "./storage.ts";

/** Activity up to which listing events pays for dense products, whose lists are shared. */
const LIST_UP_TO = 0.5;
/** Activity up to which going through events beats panels, for single weights and for blocks; measured in bench/LAB.md. */
const EVENTS_UP_TO = {
  forward: { single: 0.07, blocks: 0.2 },
  weight: { single: 0.13, blocks: 0.3 },
};
/** Density of a weight from which dense products are faster, on spikes and on other inputs; likewise. */
const DENSE_FROM = {
  forward: { spikes: 0.25, numbers: 0.5 },
  weight: { spikes: 0.15, numbers: 0.35 },
};
/** The same for input gradients, of linear layers and of convolutions. */
const DENSE_GRADIENT_FROM = { rows: 0.5, images: 0.25 };
/** Rows of a panel. */
const ROWS = 32;
/** What a kernel keeps in its scratch memory beside a panel: a tile of sums and addresses. */
const BESIDE = 4 * ROWS * 16 + 4 * ROWS;
/** Partial gradients, so that threads share the rows; fixed, as sums depend on it. */
const UNITS = 8;

/** Products with sparse weights on panels of rows, or on the events of sparse inputs. */
export class WasmSparse implements SparseBackend {
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
    const path = this.#pathFor("forward", size, pattern, x);
    if (path === "dense") {
      this.#withDense(pattern, values, (weight) => denseForward(this.#machine, size, x, weight, bias, y));
    } else if (path === "panels") {
      this.#product(size, this.#indices.of(pattern, size), x, values, bias, y);
    } else {
      this.#scatter(size, pattern, path, values, bias, y);
    }
  }

  inputGradient(
    size: ConvSize,
    pattern: SparsePattern,
    gy: Storage,
    values: Storage,
    x: Storage,
    gx: Storage,
  ): void {
    const denseFrom = DENSE_GRADIENT_FROM[size.inHeight * size.inWidth === 1 ? "rows" : "images"];
    if (densityOf(pattern) >= denseFrom) {
      this.#withDense(pattern, values, (weight) =>
        denseInputGradient(this.#machine, size, gy, weight, x, gx),
      );
      return;
    }
    const index = this.#indices.of(pattern, size);
    const places = size.kernelHeight * size.kernelWidth;
    const pixels = size.planes * size.inHeight * size.inWidth;
    this.#withColumnValues(index, values, (byColumn) => {
      const sizes = [pixels, size.inChannels, size.outChannels * places] as const;
      this.#panelProduct(contributions(size), sizes, size.outChannels, gy, null, gx, [
        ...[index.byColumn.starts.pointer, places, index.byColumn.index.pointer, byColumn.pointer],
      ]);
    });
  }

  weightGradient(size: ConvSize, pattern: SparsePattern, gy: Storage, x: Storage, gValues: Storage): void {
    const path = this.#pathFor("weight", size, pattern, x);
    if (path === "dense") {
      this.#machine.lend(pattern.outputs * pattern.columns, (dense) => {
        denseWeightGradient(this.#machine, size, gy, x, dense);
        this.compress(pattern, dense, gValues);
      });
    } else if (path === "panels") {
      this.#panelGradient(size, this.#indices.of(pattern, size), gy, x, gValues);
    } else {
      this.#collect(size, pattern, path, gy, gValues);
    }
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
      denseWeightGradient(this.#machine, part, rows, x, gWeight);
    });
  }

  release(pattern: SparsePattern): void {
    this.#indices.release(pattern);
  }

  indexBytes(pattern: SparsePattern): number {
    return this.#indices.bytes(pattern);
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

  /** How to multiply with `x`: densely, on panels, or on the events that are returned. */
  #pathFor(
    product: "forward" | "weight",
    size: ConvSize,
    pattern: SparsePattern,
    x: Storage,
  ): EventList | "panels" | "dense" {
    const rows = size.planes * size.inHeight * size.inWidth;
    const fits = size.inChannels <= MAX_INDEX;
    const listed = fits
      ? eventsOf(this.#machine, x as WasmStorage, rows, size.inChannels, LIST_UP_TO)
      : undefined;
    if (densityOf(pattern) >= DENSE_FROM[product][listed ? "spikes" : "numbers"]) return "dense";
    const crossover = EVENTS_UP_TO[product][pattern.block === 1 ? "single" : "blocks"];
    return listed && !listed.isQuads && listed.density <= crossover ? listed : "panels";
  }

  #withDense(pattern: SparsePattern, values: Storage, work: (weight: WasmStorage) => void): void {
    this.#machine.lend(pattern.outputs * pattern.columns, (weight) => {
      this.expand(pattern, values, weight);
      work(weight);
    });
  }

  #scatter(
    size: ConvSize,
    pattern: SparsePattern,
    events: EventList,
    values: Storage,
    bias: Storage | null,
    y: Storage,
  ): void {
    const index = this.#indices.of(pattern, size);
    this.#withColumnValues(index, values, (byColumn) => {
      const geometry = this.#machine.record([], reach(size));
      this.#machine.run("scatterEvents", size.planes, this.#machine.grain(size.planes, 16), [
        ...[geometry, events.lists.pointer, events.index.pointer, addressOf(events.values)],
        ...[index.byColumn.starts.pointer, index.byColumn.index.pointer, byColumn.pointer],
        ...[addressOf(bias), addressOf(y), Number(pattern.block > 1)],
      ]);
    });
  }

  #collect(size: ConvSize, pattern: SparsePattern, events: EventList, gy: Storage, gValues: Storage): void {
    const index = this.#indices.of(pattern, size);
    // Every unit costs a sum over all numbers, so rare events are not worth many.
    const most = Math.ceil((events.count * size.kernelHeight * size.kernelWidth) / (4 * size.inChannels));
    const planes = Math.ceil(size.planes / Math.max(1, Math.min(UNITS, most)));
    const units = Math.ceil(size.planes / planes);
    this.#machine.lend(units * index.count, (partials) => {
      const geometry = this.#machine.record([], reach(size));
      this.#machine.run("collectEvents", units, 1, [
        ...[geometry, events.lists.pointer, events.index.pointer, addressOf(events.values)],
        ...[index.byColumn.starts.pointer, index.byColumn.index.pointer, addressOf(gy), partials.pointer],
        ...[Number(pattern.block > 1), index.count, planes, size.planes],
      ]);
      this.#sumPartials(partials, units, index.count, index.slots.pointer, gValues);
    });
  }

  #panelGradient(size: ConvSize, index: SparseIndex, gy: Storage, x: Storage, gValues: Storage): void {
    const { inChannels, outChannels } = size;
    const pixels = size.planes * size.outHeight * size.outWidth;
    const depth = depthOf(size);
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

  #product(
    size: ConvSize,
    { byOutput }: SparseIndex,
    x: Storage,
    values: Storage,
    bias: Storage | null,
    y: Storage,
  ): void {
    const pixels = size.planes * size.outHeight * size.outWidth;
    const sizes = [pixels, size.outChannels, depthOf(size)] as const;
    this.#panelProduct(patches(size), sizes, size.inChannels, x, bias, y, [
      ...[byOutput.starts.pointer, 1, byOutput.index.pointer, addressOf(values)],
    ]);
  }

  /** `y = bias + source times weights`; `lists` are starts, how many lists an output has, index and values. */
  #panelProduct(
    frame: readonly number[],
    [pixels, outputs, depth]: readonly [number, number, number],
    channels: number,
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

function densityOf(pattern: SparsePattern): number {
  return numbersIn(pattern) / (pattern.outputs * pattern.columns);
}

/** Numbers that an output pixel looks at. */
function depthOf({ inChannels, kernelHeight, kernelWidth }: ConvSize): number {
  return inChannels * kernelHeight * kernelWidth;
}
