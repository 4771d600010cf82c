import type { Storage } from "../../backend.ts";
import type { AttentionBackend, AttentionSize, Branches, SelectionSpec } from "../../backend-attention.ts";
import type { Machine } from "./machine.ts";
import { addressOf } from "./storage.ts";

/** Numbers of a unit of work: they stay in the second-level cache. */
const CHUNK_NUMBERS = 32768;
/** Places of [B, H, W] whose sums over time are kept at once. */
const PLACES = 64;

const MASK_MODES = { xor: 0, and: 1, or: 2 } as const;

/** Advanced spatial attention on WebAssembly kernels; images are [T, B, H, W, C]. */
export class WasmAttention implements AttentionBackend {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  planeStatistics(size: AttentionSize, x: Storage, mean: Storage, max: Storage): void {
    const { steps, batch, channels, positions } = size;
    const planes = steps * batch;
    const args = [addressOf(x), steps, batch, channels, positions, addressOf(mean), addressOf(max)];
    this.#machine.run("planeStatistics", planes, this.#planesGrain(size), args);
  }

  planeStatisticsBackward(
    size: AttentionSize,
    x: Storage,
    max: Storage,
    gMean: Storage,
    gMax: Storage,
    gx: Storage,
  ): void {
    const { steps, batch, channels, positions } = size;
    const gradients = [max, gMean, gMax, gx].map(addressOf);
    const args = [addressOf(x), steps, batch, channels, positions, ...gradients];
    this.#machine.run("planeStatisticsBackward", steps * batch, this.#planesGrain(size), args);
  }

  selectPlanes(size: AttentionSize, spec: SelectionSpec, score: Storage, planes: Branches): void {
    const { steps, batch, channels } = size;
    const shape = [addressOf(score), steps, batch, channels];
    const out = pair(planes);
    this.#machine.run("rankPlanes", batch, 1, [
      ...shape,
      ...[spec.selectedChannels, spec.selectedSteps, ...out],
    ]);
    const { maskMode, batchUnion, weighted } = spec;
    const how = [MASK_MODES[maskMode], Number(batchUnion), Number(weighted)];
    this.#machine.run("combineSelections", steps, this.#machine.grain(steps, 64), [...shape, ...how, ...out]);
  }

  selectPlanesBackward(
    size: AttentionSize,
    score: Storage,
    rest: Storage,
    gImportant: Storage,
    gScore: Storage,
  ): void {
    const { steps, batch, channels } = size;
    const rows = batch * channels;
    const args = [addressOf(score), steps, batch, channels, ...[rest, gImportant, gScore].map(addressOf)];
    this.#machine.run("selectPlanesBackward", rows, this.#machine.grain(rows, 1024), args);
  }

  describePlanes(
    size: AttentionSize,
    share: number,
    x: Storage,
    rest: Storage,
    descriptors: Branches,
    winners: Branches,
  ): void {
    const { steps, batch, channels, positions } = size;
    this.#machine.run("describePlanes", batch * positions, PLACES, [
      ...[addressOf(x), steps, batch, channels, positions, addressOf(rest)],
      ...[...meanFactors(size, share), ...pair(descriptors), ...pair(winners)],
    ]);
  }

  sigmoid(x: Storage, out: Storage): void {
    this.#machine.each("sigmoid", out.length, [addressOf(x), addressOf(out)]);
  }

  gatePlanes(size: AttentionSize, x: Storage, planes: Branches, gates: Branches, y: Storage): void {
    const { batch, channels, positions } = size;
    this.#machine.run("gatePlanes", rowsOf(size), rowsGrain(size), [
      ...[addressOf(x), batch, channels, positions, ...pair(planes), ...pair(gates), addressOf(y)],
    ]);
  }

  gateGradient(
    size: AttentionSize,
    x: Storage,
    gy: Storage,
    planes: Branches,
    gates: Branches,
    gLogits: Branches,
  ): void {
    const { steps, batch, channels, positions } = size;
    this.#machine.run("gateGradient", batch * positions, PLACES, [
      ...[addressOf(x), addressOf(gy), steps, batch, channels, positions],
      ...[...pair(planes), ...pair(gates), ...pair(gLogits)],
    ]);
  }

  gatePlanesBackward(
    size: AttentionSize,
    share: number,
    gy: Storage,
    planes: Branches,
    gates: Branches,
    gDescriptors: Branches,
    winners: Branches,
    gx: Storage,
  ): void {
    const { batch, channels, positions } = size;
    this.#machine.run("gatePlanesBackward", rowsOf(size), rowsGrain(size), [
      ...[addressOf(gy), batch, channels, positions, ...pair(planes), ...pair(gates)],
      ...[...meanFactors(size, share), ...pair(gDescriptors), ...pair(winners), addressOf(gx)],
    ]);
  }

  planeWeightGradient(
    size: AttentionSize,
    x: Storage,
    gy: Storage,
    gate: Storage,
    gImportant: Storage,
  ): void {
    const { steps, batch, channels, positions } = size;
    const args = [
      addressOf(x),
      addressOf(gy),
      batch,
      channels,
      positions,
      ...[gate, gImportant].map(addressOf),
    ];
    this.#machine.run("planeWeightGradient", steps * batch, this.#planesGrain(size), args);
  }

  #planesGrain(size: AttentionSize): number {
    const most = Math.ceil(CHUNK_NUMBERS / (size.channels * size.positions));
    return this.#machine.grain(size.steps * size.batch, most);
  }
}

function pair({ important, rest }: Branches): [number, number] {
  return [addressOf(important), addressOf(rest)];
}

/** What the sums of the two branches are multiplied by to make their means. */
function meanFactors({ steps, channels }: AttentionSize, share: number): [number, number] {
  const planes = steps * channels;
  return [1 / (planes * share), 1 / (planes * (1 - share))];
}

function rowsOf({ steps, batch, positions }: AttentionSize): number {
  return steps * batch * positions;
}

function rowsGrain({ channels }: AttentionSize): number {
  return Math.max(1, Math.floor(CHUNK_NUMBERS / channels));
}
