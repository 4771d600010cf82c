import type { ImageSize, Storage } from "../../backend.ts";
import type { Machine } from "./machine.ts";
import { addressOf } from "./storage.ts";

/** Numbers a chunk of rows: it stays in the second-level cache while it is read twice. */
const CHUNK_NUMBERS = 32768;

/** Rows a chunk; a function of the shape alone, since partial sums are taken a chunk. */
function chunkOf(channels: number): number {
  return Math.max(16, Math.floor(CHUNK_NUMBERS / channels));
}

function rowsOf(size: ImageSize): number {
  return size.planes * size.positions;
}

export function batchStatistics(
  machine: Machine,
  size: ImageSize,
  x: Storage,
  mean: Storage,
  variance: Storage,
): void {
  const { channels } = size;
  const rows = rowsOf(size);
  const grain = chunkOf(channels);
  machine.lend(Math.ceil(rows / grain) * 2 * channels, (partials) => {
    machine.run("chunkStatistics", rows, grain, [addressOf(x), channels, partials.pointer, grain]);
    const args = [partials.pointer, rows, channels, grain, addressOf(mean), addressOf(variance)];
    machine.run("combineStatistics", channels, channels, args);
  });
}

export function normalise(
  machine: Machine,
  size: ImageSize,
  inputs: readonly Storage[],
  eps: number,
  y: Storage,
): void {
  const [x, mean, variance, weight, bias] = inputs.map(addressOf) as [number, number, number, number, number];
  const rows = rowsOf(size);
  const args = [x, size.channels, mean, variance, weight, bias, eps, addressOf(y)];
  machine.run("normalise", rows, chunkOf(size.channels), args);
}

export function normaliseBackward(
  machine: Machine,
  size: ImageSize,
  inputs: readonly Storage[],
  eps: number,
  batch: boolean,
  gy: Storage,
  gx: Storage,
  gWeight: Storage,
  gBias: Storage,
): void {
  const [x, mean, variance, weight] = inputs.map(addressOf) as [number, number, number, number];
  const { channels } = size;
  const rows = rowsOf(size);
  const grain = chunkOf(channels);
  const gradients = [addressOf(gWeight), addressOf(gBias)];
  machine.lend(Math.ceil(rows / grain) * 2 * channels, (partials) => {
    machine.run("gradientSums", rows, grain, [x, channels, mean, addressOf(gy), partials.pointer, grain]);
    const args = [partials.pointer, rows, channels, grain, variance, eps, ...gradients];
    machine.run("combineGradients", channels, channels, args);
  });
  machine.run("normaliseBackward", rows, grain, [
    ...[x, rows, channels, mean, variance, weight, eps, Number(batch), addressOf(gy)],
    ...[...gradients, addressOf(gx)],
  ]);
}

/** Sums over rows, a channel. */
export function biasGradient(machine: Machine, size: ImageSize, gy: Storage, gBias: Storage): void {
  const { channels } = size;
  const rows = rowsOf(size);
  const grain = chunkOf(channels);
  const chunks = Math.ceil(rows / grain);
  machine.lend(chunks * channels, (partials) => {
    machine.run("chunkSums", rows, grain, [addressOf(gy), channels, partials.pointer, grain]);
    machine.run("combineSums", channels, channels, [partials.pointer, chunks, channels, addressOf(gBias)]);
  });
}
