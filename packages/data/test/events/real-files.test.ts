import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadEvents, openEventFile, inspectEventFile, listDatasets } from "../../src/index.ts";

/** What an independent decoder found in a file. */
interface Expected {
  readonly n: number;
  readonly first?: readonly number[];
  readonly last?: readonly number[];
  readonly tmin?: number;
  readonly tmax?: number;
  readonly xmax?: number;
  readonly ymax?: number;
  readonly on?: number;
  readonly sum_x?: number;
  readonly sum_y?: number;
  readonly sum_dt?: number;
}

const folder = path.join(process.env["MYELIN_DATA"] ?? "", "event-formats");
const list = path.join(folder, "expected.json");
const isThere = process.env["MYELIN_DATA"] !== undefined && existsSync(list);
const expected = isThere ? (JSON.parse(await readFile(list, "utf8")) as Record<string, Expected>) : {};

describe.skipIf(!isThere)("real event files", () => {
  test("there are some", () => {
    expect(Object.keys(expected).length).toBeGreaterThan(0);
  });

  test.each(Object.entries(expected))("%s", async (file, wanted) => {
    const found = await sumsOf(path.join(folder, file));
    for (const [key, value] of Object.entries(found)) {
      if (key in wanted) expect([key, value]).toEqual([key, wanted[key as keyof Expected]]);
    }
    const { info, skipped } = await inspectEventFile(path.join(folder, file));
    expect(info.events).toBe(wanted.n);
    expect(info.first).toEqual(wanted.first ?? null);
    expect(info.last).toEqual(wanted.last ?? null);
    expect(info.width).toBeGreaterThan(wanted.xmax ?? -1);
    expect(info.height).toBeGreaterThan(wanted.ymax ?? -1);
    expect(skipped).toMatchObject({ outsideSensor: 0, invalid: 0, beforeFirstTime: 0, trailingBytes: 0 });
  });
});

async function sumsOf(file: string): Promise<Partial<Expected>> {
  const reader = await openEventFile(file);
  let [n, on, sumX, sumY, sumT, start] = [0, 0, 0, 0, 0, NaN];
  for await (const { length, t, x, y, p } of reader.chunks()) {
    if (n === 0) start = t[0]!;
    n += length;
    for (let i = 0; i < length; i++) {
      on += p[i]!;
      sumX += x[i]!;
      sumY += y[i]!;
      sumT += t[i]! - start;
    }
  }
  return { n, on, sum_x: sumX, sum_y: sumY, sum_dt: sumT };
}

const places = new Map((await listDatasets()).map(({ name, folder: place }) => [name, place]));

describe.skipIf(!places.get("nmnist-raw"))("N-MNIST, the part with ten classes", () => {
  test("has 1,000 and 100 recordings of about 4,100 events and 310 ms", async () => {
    const train = await loadEvents("nmnist-raw", { split: "train" });
    const testSet = await loadEvents("nmnist-raw", { split: "test" });
    expect([train.count, testSet.count, new Set(train.labels).size]).toEqual([1000, 100, 10]);
    let events = 0;
    let longest = 0;
    for (let i = 0; i < testSet.count; i++) {
      const { length, t } = await testSet.read(i);
      events += length;
      longest = Math.max(longest, t[length - 1]!);
    }
    expect(events / testSet.count).toBeGreaterThan(3000);
    expect(events / testSet.count).toBeLessThan(5000);
    expect(longest).toBeLessThan(400_000);
    await Promise.all([train.close(), testSet.close()]);
  });
});
