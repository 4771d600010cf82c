import { describe, expect, test } from "vitest";
import {
  frameEvents,
  listDatasets,
  loadDataset,
  loadEventDataset,
  loadEvents,
  saccadeRecordings,
  sequenceBatches,
  type EventRecordings,
} from "../src/index.ts";

const listing = new Map((await listDatasets()).map((entry) => [entry.name, entry]));

describe.skipIf(!listing.get("nmnist-raw")?.folder)("N-MNIST, from a data folder", () => {
  test("ten frames hold every event, the same number in all but the last", async () => {
    const recordings = await loadEvents("nmnist-raw", { split: "test" });
    for (let index = 0; index < recordings.count; index += 10) {
      const events = await recordings.read(index);
      const { offsets, values } = frameEvents(events, { splitBy: "number", steps: 10 });
      const counts = Array.from({ length: 10 }, (_, t) => total(values.subarray(offsets[t], offsets[t + 1])));
      const share = Math.floor(events.length / 10);
      expect(counts).toEqual([...new Array<number>(9).fill(share), events.length - 9 * share]);
    }
    await recordings.close();
  });

  test("comes in batches", async () => {
    const framing = { splitBy: "number", steps: 10 } as const;
    const dataset = await loadEventDataset("nmnist-raw", { split: "test", framing });
    expect(dataset).toMatchObject({ count: 100, classes: 10, stepShape: [2, 34, 34] });
    const [first, ...others] = sequenceBatches(dataset, { batchSize: 32 });
    expect(first!.shape).toEqual([10, 32, 2, 34, 34]);
    expect(others).toHaveLength(3);
  });

  test("the camera model sees in MNIST what the camera saw: place, number and polarity of events", async () => {
    const recordings = await loadEvents("nmnist-raw", { split: "train" });
    const mnist = await loadDataset("mnist", { split: "train" });
    const model = saccadeRecordings(mnist, { seed: 1, invert: true });
    const similarity: number[] = [];
    const ratios: number[] = [];
    for (let index = 0; index < recordings.count; index += 25) {
      const [real, simulated] = await Promise.all([
        pixelCounts(recordings, index),
        pixelCounts(model, sourceOf(recordings, index, mnist.labels)),
      ]);
      similarity.push(correlation(real, simulated));
      ratios.push(total(simulated) / total(real));
    }
    await recordings.close();
    expect(mean(similarity)).toBeGreaterThan(0.75);
    expect(Math.min(...similarity)).toBeGreaterThan(0.6);
    expect(mean(ratios)).toBeGreaterThan(0.85);
    expect(mean(ratios)).toBeLessThan(1.15);
  });
});

/** How many events each pixel sent, by polarity, in each saccade: [3, 2, H, W]. */
async function pixelCounts(recordings: EventRecordings, index: number): Promise<Float32Array> {
  const { length, t, x, y, p, width, height } = await recordings.read(index);
  const counts = new Float32Array(3 * 2 * height * width);
  for (let i = 0; i < length; i++) {
    const saccade = Math.min(2, Math.floor(t[i]! / 105_000));
    counts[((2 * saccade + p[i]!) * height + y[i]!) * width + x[i]!]!++;
  }
  return counts;
}

/** The image of MNIST that a recording was made of: both are in order of number, recordings class by class. */
function sourceOf({ labels }: EventRecordings, index: number, imageLabels: Uint32Array): number {
  const label = labels[index]!;
  let place = index - labels.indexOf(label);
  return imageLabels.findIndex((imageLabel) => imageLabel === label && place-- === 0);
}

function correlation(a: Float32Array, b: Float32Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = total(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  const spread = (values: Float32Array, centre: number) =>
    total(values.map((value) => (value - centre) ** 2));
  return covariance / Math.sqrt(spread(a, meanA) * spread(b, meanB));
}

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

function mean(values: ArrayLike<number>): number {
  return total(values) / values.length;
}
