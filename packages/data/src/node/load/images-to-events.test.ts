import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeEvents } from "./images-to-events.ts";
import { convertImagesToEvents, getDataset, listDatasets, loadEventDataset, loadEvents } from "../index.ts";
import { findSpecOfKind } from "../registry/index.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "myelin-convert-"));
  vi.stubEnv("MYELIN_DATA", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true });
});

/** Puts a little CIFAR-10 into the data folder: records of a label and 3072 bytes. */
async function writeCifar10(records: number): Promise<void> {
  await mkdir(path.join(dataDir, "cifar10"));
  for (const file of ["data_batch_1.bin", "test_batch.bin"]) {
    const bytes = Uint8Array.from({ length: 3073 * records }, (_, i) =>
      i % 3073 === 0 ? Math.floor(i / 3073) % 10 : (Math.floor((i % 32) / 8) * 85) & 255,
    );
    await writeFile(path.join(dataDir, "cifar10", file), bytes);
  }
}

test("images become recordings that are found by name", async () => {
  await writeCifar10(3);
  const progress: string[] = [];
  const converted = await convertImagesToEvents("cifar10", {
    dataDir,
    limit: 2,
    onProgress: ({ split, done, total }) => progress.push(`${split} ${done}/${total}`),
  });
  expect(converted).toEqual({ folder: path.join(dataDir, "cifar10-events"), train: 2, test: 2 });
  expect(progress).toEqual(["train 1/2", "train 2/2", "test 1/2", "test 2/2"]);
  const dataset = await loadEventDataset("cifar10-events", {
    split: "train",
    dataDir,
    framing: { splitBy: "number", steps: 4 },
  });
  expect(dataset).toMatchObject({ count: 2, classes: 10, stepShape: [2, 38, 38] });
  expect(dataset.classNames[1]).toBe("automobile");
  expect(dataset.collate([0]).data.some((value) => value > 0)).toBe(true);
});

test("the splits do not share noise, and the seed decides", async () => {
  await writeCifar10(1);
  const read = async (seed: number, split: "train" | "test") => {
    const into = path.join(dataDir, "cifar10-events");
    await convertImagesToEvents("cifar10", { dataDir, into, seed });
    const { t } = await (await loadEvents("cifar10-events", { split, dataDir })).read(0);
    await rm(into, { recursive: true });
    return [...t];
  };
  const train = await read(1, "train");
  expect(await read(1, "train")).toEqual(train);
  expect(await read(1, "test")).not.toEqual(train);
  expect(await read(2, "train")).not.toEqual(train);
});

test("a data set that is made of images is made when it is first asked for", async () => {
  await writeCifar10(2);
  let made = 0;
  const options = { split: "test", dataDir, onMake: () => made++ } as const;
  expect((await loadEvents("cifar10-events", options)).count).toBe(2);
  expect(made).toBe(4);
  await loadEvents("cifar10-events", options);
  expect(made).toBe(4);
  expect(await getDataset("cifar10-events", { dataDir })).toBe(path.join(dataDir, "cifar10-events"));
  const listed = (await listDatasets({ dataDir })).find(({ name }) => name === "cifar10-events");
  expect(listed).toMatchObject({ kind: "events", width: 38, folder: path.join(dataDir, "cifar10-events") });
});

test("who comes second takes what the first one has made", async () => {
  await writeCifar10(2);
  const spec = findSpecOfKind("cifar10-events", "events");
  const made = await makeEvents(spec, { dataDir });
  expect(await makeEvents(spec, { dataDir })).toBe(made); // as if it had looked before the other one was done
  expect(await readdir(dataDir)).toEqual(["cifar10", "cifar10-events"]);
});

test("says what is missing or in the way, and leaves nothing behind", async () => {
  await expect(loadEvents("cifar10-events", { split: "train", dataDir })).rejects.toThrow(
    "Get it with: npx myelin data get cifar10",
  );
  await expect(convertImagesToEvents("nmnist", { dataDir })).rejects.toThrow(
    "expected a data set of images, got nmnist",
  );
  await writeCifar10(1);
  await expect(convertImagesToEvents("cifar10", { dataDir, amplitude: -1 })).rejects.toThrow(
    "convertImagesToEvents.amplitude: expected a finite number > 0",
  );
  await expect(convertImagesToEvents("cifar10", { dataDir, into: dataDir })).rejects.toThrow(
    `writeRecordings: expected a folder that is not there yet, got ${dataDir}.`,
  );
  expect(await readdir(dataDir)).toEqual(["cifar10"]);
});
