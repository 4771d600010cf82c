import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { describe, expect, test } from "vitest";
import {
  type CochleaSpikes,
  createCochlea,
  dataFolders,
  listDatasets,
  loadSpikes,
  spikeSequences,
} from "../src/index.ts";
import { readZip } from "../src/node/archives/extract-zip.ts";

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

/** Places of the reference, and steps of the model in a second. */
const [CHANNELS, STEP_RATE] = [70, 24_000];

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

/** The spikes of the reference recording for each of these seeds, with the stiffness that LAUSCHER had at the time. */
async function listen(folder: string, seeds: readonly number[]): Promise<CochleaSpikes[]> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  const { channelData, sampleRate } = await decoder.decodeFile(
    await readFile(path.join(folder, "spoken_digit.flac")),
  );
  decoder.free();
  const cochlea = await createCochlea({ channels: CHANNELS, basilarMembrane: { c0: 1e8 } });
  return seeds.map((seed) => cochlea.listen({ samples: channelData[0]!, sampleRate }, seed));
}

/** How likely a channel fires in a step, as a function of both: counted over seeds, smoothed over four steps. */
function firingChances(heard: readonly CochleaSpikes[]): (unit: number, step: number) => number {
  const kernel = Array.from({ length: 33 }, (_, i) => Math.exp(-(((i - 16) / 4) ** 2) / 2));
  const scale = 1 / (heard.length * kernel.reduce((sum, value) => sum + value, 0));
  const chances = new Map<number, number>();
  for (const { times, units } of heard) {
    times.forEach((time, i) => {
      const at = Math.round(time * STEP_RATE) * CHANNELS + units[i]!;
      kernel.forEach((value, k) => {
        const near = at + (k - 16) * CHANNELS;
        chances.set(near, (chances.get(near) ?? 0) + value * scale);
      });
    });
  }
  return (unit, step) => (chances.get(step * CHANNELS + unit) ?? 0) + 1e-4;
}

describe.skipIf(!reference)("the cochlea, beside LAUSCHER", () => {
  test("has its spike count within 15 % and its histogram at a correlation above 0.95", async () => {
    const expected = await referenceSpikes(reference!);
    for (const { times, units } of await listen(reference!, [0, 1, 2])) {
      expect(times.length / expected.times.length).toBeGreaterThan(0.85);
      expect(times.length / expected.times.length).toBeLessThan(1.15);
      const similarity = correlation(histogram(times, units), histogram(expected.times, expected.units));
      expect(similarity).toBeGreaterThan(0.95);
    }
  });

  test("fires in the same steps of 42 microseconds: its spikes are likelier as they are than one step off", async () => {
    const expected = await referenceSpikes(reference!);
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const chance = firingChances(await listen(reference!, seeds));
    const shifts = [-3, -2, -1, 0, 1, 2, 3];
    const likelihoods = shifts.map((shift) =>
      expected.times.reduce((sum, time, i) => {
        return sum + Math.log(chance(expected.units[i]!, Math.round(time * STEP_RATE) + shift));
      }, 0),
    );
    expect(shifts[likelihoods.indexOf(Math.max(...likelihoods))]).toBe(0);
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
