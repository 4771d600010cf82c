import { MyelinError } from "@myelin/core";
import { encodeHalf } from "@myelin/core/io";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { plural } from "../../bytes/index.ts";
import {
  readShardCount,
  readSpikeShard,
  SHARD_HEADER_BYTES,
  type SpikeShard,
  spikeDataset,
  type SpikeDataset,
} from "../../spikes/index.ts";
import {
  inspectOwnSpikes,
  readOwnSpikes,
  type ReadSpikesOptions,
  type SamplesOfFile,
} from "../../hdf5/index.ts";
import { contentLength, contentStart, findPlainOrGzip, readMaybeGzip } from "../contents/index.ts";
import { inspectSpikesFile, readSpikesFile } from "../spikes/index.ts";

/** Largest size of a packed file of spikes after decompression. */
const MAX_SHARD_BYTES = 256_000_000;

/** Largest HDF5 file after decompression that is read from a gzipped one, which has to go through memory. */
const MAX_HDF5_BYTES = 4_000_000_000;

/**
 * Reads an HDF5 file of spikes in a folder, or its gzipped twin.
 *
 * @throws FormatError if it is damaged
 */
export async function readPlainOrGzip(
  folder: string,
  file: string,
  options: ReadSpikesOptions,
): Promise<SpikeDataset> {
  const found = (await findPlainOrGzip(folder, file)) ?? path.join(folder, file);
  if (!found.endsWith(".gz")) return readSpikesFile(found, options);
  return readOwnSpikes(await readMaybeGzip(found, { maxBytes: MAX_HDF5_BYTES }), options);
}

/** A gzipped HDF5 file that is larger after decompression is not unpacked to count its samples. */
const MAX_COUNTED_BYTES = 64_000_000;

/**
 * The samples of an HDF5 file of spikes in a folder, or of its gzipped twin, without their spikes.
 *
 * @throws FormatError if it is damaged, MyelinError if it is gzipped and large
 */
export async function inspectPlainOrGzip(folder: string, file: string): Promise<SamplesOfFile> {
  const found = (await findPlainOrGzip(folder, file)) ?? path.join(folder, file);
  if (!found.endsWith(".gz")) return inspectSpikesFile(found);
  const length = await contentLength(found, { maxBytes: MAX_HDF5_BYTES });
  if (length > MAX_COUNTED_BYTES) {
    throw new MyelinError(
      `listDatasets: ${found}: expected at most ${plural(MAX_COUNTED_BYTES, "byte")} to unpack for counting, got ` +
        `${length}. It can be read all the same; unpack it with gunzip to have it counted.`,
    );
  }
  return inspectOwnSpikes(await readMaybeGzip(found, { maxBytes: MAX_COUNTED_BYTES }), path.basename(found));
}

/**
 * How many samples packed files of spikes announce.
 *
 * @throws FormatError if one is damaged
 */
export async function countShards(folder: string, files: readonly string[]): Promise<number> {
  const options = { maxBytes: MAX_SHARD_BYTES };
  const counts = await Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      await contentLength(file, options); // refuses most files that are cut short
      return readShardCount(await contentStart(file, SHARD_HEADER_BYTES, options), { name });
    }),
  );
  return sum(counts);
}

/** The packed files of a split, `<split>-00.shs.gz` and so on, in order. */
export async function shardFiles(folder: string, split: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const own = new RegExp(`^${split}-\\d+\\.shs(\\.gz)?$`);
  return names.filter((name) => own.test(name)).sort();
}

/**
 * Reads packed files of spikes as one data set. Times become half floats, as they are in the files of SHD.
 *
 * @throws FormatError if one is damaged
 */
export async function readShards(
  folder: string,
  files: readonly string[],
  facts: Pick<SpikeDataset, "name" | "units" | "classNames">,
): Promise<SpikeDataset> {
  const shards: SpikeShard[] = [];
  for (const name of files) {
    const bytes = await readMaybeGzip(path.join(folder, name), { maxBytes: MAX_SHARD_BYTES });
    shards.push(readSpikeShard(bytes, { name }));
  }
  const count = sum(shards.map(({ labels }) => labels.length));
  const spikes = sum(shards.map(({ unitIds }) => unitIds.length));
  const labels = new Uint32Array(count);
  const sources = new Uint32Array(count);
  const offsets = new Uint32Array(count + 1);
  const times = new Uint16Array(spikes);
  const unitIds = new Uint16Array(spikes);
  let sample = 0;
  let spike = 0;
  for (const shard of shards) {
    labels.set(shard.labels, sample);
    sources.set(shard.speakers, sample);
    shard.offsets.forEach((offset, i) => (offsets[sample + i] = spike + offset));
    shard.milliseconds.forEach((millisecond, i) => (times[spike + i] = halfOf(millisecond)));
    unitIds.set(shard.unitIds, spike);
    sample += shard.labels.length;
    spike += shard.unitIds.length;
  }
  return spikeDataset({ ...facts, labels, sources, offsets, times, unitIds });
}

/** Half floats of milliseconds, in seconds: worked out once each. */
const HALVES = new Map<number, number>();

function halfOf(millisecond: number): number {
  const known = HALVES.get(millisecond);
  if (known !== undefined) return known;
  const half = encodeHalf(millisecond / 1000);
  HALVES.set(millisecond, half);
  return half;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
