import { spikeDataset, writeSpikesFile } from "@myelin/data";
import * as library from "h5wasm/node";
import { mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readSpikeShard } from "../../../packages/data/src/spikes/index.ts";
import { spikesFrom } from "../../../packages/data/src/hdf5/read-spikes.ts";
import { limitMemory } from "../../../packages/data/src/hdf5/memory-limit.ts";
import { unpackingBudget } from "../../../packages/data/src/budget.ts";
import { requireWholeFile } from "../../../packages/data/src/hdf5/superblock.ts";
import { gzippedRows } from "../../../packages/data/test/gzipped-rows.ts";
import type { Target } from "../target.ts";

const folder = mkdtempSync(path.join(tmpdir(), "myelin-fuzz-"));
const place = (name: string): string => path.join(folder, name);

function example(count: number) {
  const offsets = Uint32Array.from({ length: count + 1 }, (_, i) => 3 * i);
  return spikeDataset({
    name: "example",
    units: 700,
    classNames: ["zero", "one", "two"],
    labels: Array.from({ length: count }, (_, i) => i % 3),
    sources: Array.from({ length: count }, (_, i) => i),
    times: Uint16Array.from({ length: 3 * count }, () => 0x3800),
    unitIds: Uint16Array.from({ length: 3 * count }, (_, i) => (i * 37) % 700),
    offsets,
  });
}

async function rowsOfAnyLength(): Promise<Uint8Array> {
  await writeSpikesFile(place("rows.h5"), example(12));
  return readFile(place("rows.h5"));
}

/** A table of fixed length, in chunks that are compressed or not. */
async function table(compression: number | undefined): Promise<Uint8Array> {
  await library.ready;
  const file = new library.File(place("table.h5"), "w");
  const shape = [4, 6];
  const chunked = compression === undefined ? {} : { chunks: [2, 6], compression };
  const spikes = file.create_group("spikes");
  const times = Float32Array.from({ length: 24 }, (_, i) => (i % 6) / 8);
  spikes.create_dataset({ name: "times", data: times, shape, ...chunked });
  spikes.create_dataset({
    name: "units",
    data: Uint16Array.from({ length: 24 }, (_, i) => i),
    shape,
    ...chunked,
  });
  file.create_dataset({ name: "labels", data: Uint8Array.of(0, 1, 2, 0) });
  file.create_group("extra").create_dataset({ name: "keys", data: ["a", "b", "c"], dtype: "S1" });
  file.close();
  return readFile(place("table.h5"));
}

/**
 * The library in this process, which is watched as the thread of a user's reader is: it may hang, so that only what
 * reaches a result or an error is judged.
 */
async function readHere(bytes: Uint8Array): Promise<void> {
  await library.ready;
  limitMemory(unpackingBudget(bytes.length));
  await requireWholeFile((at, length) => bytes.subarray(at, at + length), bytes.length, "fuzzed");
  writeFileSync(place("damaged.h5"), bytes);
  const { offsets, count } = spikesFrom(library, place("damaged.h5"), { name: "fuzzed" }, bytes.length);
  if (offsets[count]! * 2 > bytes.length * 1032) throw new Error(`${offsets[count]} spikes`);
}

/** Spikes in HDF5 and in packed files. */
export const spikeTargets: readonly Target[] = [
  {
    name: "HDF5 rows",
    files: async () => [await rowsOfAnyLength()],
    read: readHere,
    mayHang: true,
  },
  {
    name: "HDF5 rows, gzip",
    files: async () => [await gzippedRows()],
    read: readHere,
    mayHang: true,
  },
  {
    name: "HDF5 tables",
    files: async () => [await table(undefined), await table(6)],
    read: readHere,
    mayHang: true,
  },
  {
    name: "packed spikes",
    files: async () => [shard(20)],
    read: (bytes) => readSpikeShard(bytes, { name: "fuzzed" }),
  },
];

/** Samples of three spikes each, in the format of `readSpikeShard`. */
function shard(count: number): Uint8Array {
  const head = Buffer.from("SHS1\0\0\0\0", "latin1");
  head.writeUInt32LE(count, 4);
  const samples = Array.from({ length: count }, (_, i) => {
    const spikes = Buffer.from([5 + i, 0x80 | i, 3, 1]);
    const facts = Buffer.alloc(13);
    facts.writeUInt8(i % 10, 0);
    facts.writeUInt16LE(800, 3);
    facts.writeUInt32LE(3, 5);
    facts.writeUInt32LE(spikes.length, 9);
    return Buffer.concat([facts, spikes]);
  });
  return new Uint8Array(Buffer.concat([head, ...samples]));
}
