import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { describe, expect, test } from "vitest";
import { createCochlea, dataFolders, listDatasets, loadSpikes, spikeSequences } from "../src/index.ts";
import { readZip } from "../src/node/extract-zip.ts";

const listing = new Map((await listDatasets()).map((entry) => [entry.name, entry]));

/** The folder of a reference recording and its spikes, as LAUSCHER's repository holds them; undefined if it is not there. */
async function findReference(): Promise<string | undefined> {
  for (const folder of dataFolders().map((parent) => path.join(parent, "cochlea"))) {
    const there = await access(path.join(folder, "reference.npz")).then(
      () => true,
      () => false,
    );
    if (there) return folder;
  }
  return undefined;
}

const reference = await findReference();

/** Spikes in pieces of 50 ms and 7 channels. */
function histogram(times: ArrayLike<number>, units: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(17 * 10);
  for (let i = 0; i < times.length; i++) {
    counts[Math.floor(times[i]! / 0.05) * 10 + Math.floor(units[i]! / 7)]!++;
  }
  return counts;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: Float64Array, mx: number, y: Float64Array, my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

/** float64 [2, spikes] of a file of NumPy: times in seconds, then channels. */
async function referenceSpikes(folder: string): Promise<{ times: Float64Array; units: Float64Array }> {
  const files = await readZip(path.join(folder, "reference.npz"), { wanted: () => true, maxBytes: 1e6 });
  const bytes = files.get("arr_0.npy")!;
  const start = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const values = new Float64Array(bytes.slice(start).buffer);
  const spikes = values.length / 2;
  return { times: values.subarray(0, spikes), units: values.subarray(spikes) };
}

describe.skipIf(!reference)("the cochlea, beside LAUSCHER", () => {
  test("has its spike count within 15 % and its histogram at a correlation above 0.95", async () => {
    const decoder = new FLACDecoder();
    await decoder.ready;
    const { channelData, sampleRate } = await decoder.decodeFile(
      await readFile(path.join(reference!, "spoken_digit.flac")),
    );
    decoder.free();
    const expected = await referenceSpikes(reference!);
    // The reference was made with the stiffness that LAUSCHER had before its parameters were set right.
    const cochlea = await createCochlea({ channels: 70, basilarMembrane: { c0: 1e8 } });
    for (const seed of [0, 1, 2]) {
      const { times, units } = cochlea.listen({ samples: channelData[0]!, sampleRate }, seed);
      expect(times.length / expected.times.length).toBeGreaterThan(0.85);
      expect(times.length / expected.times.length).toBeLessThan(1.15);
      const similarity = correlation(histogram(times, units), histogram(expected.times, expected.units));
      expect(similarity).toBeGreaterThan(0.95);
    }
  });
});

describe.skipIf(!listing.get("shd")?.folder)("SHD, from a data folder", () => {
  test("has its classes, speakers and lengths", async () => {
    const shd = await loadSpikes("shd", { split: "test" });
    expect(shd).toMatchObject({ classes: 20, units: 700 });
    expect([2264, 2273]).toContain(shd.count);
    expect(new Set(shd.labels).size).toBe(20);
    expect(shd.sources!.filter((speaker) => speaker === 4 || speaker === 5).length).toBeGreaterThan(1500);
    const sequences = spikeSequences(shd);
    expect(sequences.stepShape).toEqual([140]);
    const { data, steps } = sequences.collate(Array.from({ length: 256 }, (_, i) => i));
    expect(steps).toBeGreaterThan(60);
    expect(steps).toBeLessThan(140);
    const counted = data.reduce((sum, value) => sum + value, 0);
    expect(counted).toBe(shd.offsets[256]);
  });
});

describe.skipIf(!listing.get("fsdd")?.folder)("FSDD, converted", () => {
  test("has 2700 and 300 recordings of six speakers", async () => {
    const train = await loadSpikes("fsdd", { split: "train" });
    const testSet = await loadSpikes("fsdd", { split: "test" });
    expect([train.count, testSet.count]).toEqual([2700, 300]);
    expect(new Set(train.sources).size).toBe(6);
  });
});
