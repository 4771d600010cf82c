import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { onWarning } from "@myelin/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { idxBytes } from "../../../test/synthetic.ts";
import { zipBytes } from "../../../test/zip-file.ts";
import { spikeDataset } from "../../spikes/index.ts";
import { CIFAR10_RECORD_BYTES } from "../../images/index.ts";
import { listDatasets } from "./list-datasets.ts";
import { writeSpikesFile } from "../spikes/write-spikes-file.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-list-"));
  vi.stubEnv("MYELIN_DATA", folder);
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, "cache"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function put(file: string, bytes: Uint8Array | string): Promise<void> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, bytes);
}

async function listed(name: string) {
  return (await listDatasets()).find((set) => set.name === name)!;
}

/** What lies there of a data set: numbers, what is wrong, or nothing. */
async function counts(name: string) {
  const { train, test: tests } = (await listed(name)).parts;
  return [train, tests].map(({ here, problem }) => here ?? problem);
}

/** Records that do not compress, so that a file of them is large when gzipped. */
function cifarRecords(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count * CIFAR10_RECORD_BYTES }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return i % CIFAR10_RECORD_BYTES === 0 ? 3 : state >>> 24;
  });
}

/** Packed files of samples without spikes. */
function shard(samples: number): Uint8Array {
  const bytes = Buffer.alloc(8 + 13 * samples);
  bytes.write("SHS1");
  bytes.writeUInt32LE(samples, 4);
  return bytes;
}

async function putSpikes(file: string, sources: readonly number[]): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  const count = sources.length;
  const spikes = spikeDataset({
    ...{ name: "spikes", classNames: ["a"], units: 700, sources },
    labels: new Array<number>(count).fill(0),
    times: Float32Array.from({ length: count }, () => 0.1),
    unitIds: new Uint16Array(count),
    offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i),
  });
  await writeSpikesFile(path.join(folder, file), spikes);
}

test("a data set that is not here has the published numbers alone", async () => {
  const { parts, folder: place } = await listed("ssc");
  expect(place).toBeUndefined();
  const nothing = { here: undefined, folder: undefined, problem: undefined };
  expect(parts).toEqual({
    train: { published: 75466, ...nothing },
    test: { published: 20382, ...nothing },
    validation: { published: 9981, ...nothing },
  });
});

test("batches of CIFAR-10 are counted by their sizes, gzipped or not, small or large", async () => {
  await put("cifar10/data_batch_1.bin", cifarRecords(3));
  await put("cifar10/data_batch_2.bin.gz", gzipSync(cifarRecords(2)));
  await put("cifar10/data_batch_3.bin.gz", gzipSync(cifarRecords(200)));
  // Gzipped files may be joined; the end of such a file speaks of its last part only.
  const joined = Buffer.concat([gzipSync(cifarRecords(150)), gzipSync(cifarRecords(100))]);
  await put("cifar10/data_batch_4.bin.gz", joined);
  await put("cifar10/test_batch.bin", cifarRecords(1));
  expect(await counts("cifar10")).toEqual([3 + 2 + 200 + 250, 1]);
  expect((await listed("cifar10")).parts.train).toMatchObject({
    published: 50000,
    folder: path.join(folder, "cifar10"),
  });
});

test("a split alone is counted where it lies", async () => {
  await put("cifar10/test_batch.bin", cifarRecords(2));
  const { folder: place, parts } = await listed("cifar10");
  expect(place).toBeUndefined();
  expect(parts.train).toMatchObject({ folder: undefined, here: undefined });
  expect(parts.test).toMatchObject({ folder: path.join(folder, "cifar10"), here: 2 });
});

test.each([
  ["cut short", cifarRecords(2).subarray(0, 4000), /whole records of 3073 bytes, got 927 bytes/],
  ["cut short when gzipped", gzipSync(cifarRecords(200)).subarray(0, 400_000), /cut short/],
  ["empty", new Uint8Array(0), /got an empty file/],
  ["another thing in a gzipped file", gzipSync(new Uint8Array(1e6)), /whole records/],
])("a batch that is %s is said, and the other split counted", async (_, bytes, problem) => {
  await put("cifar10/data_batch_1.bin", bytes);
  await put("cifar10/test_batch.bin", cifarRecords(1));
  expect(await counts("cifar10")).toEqual([expect.stringMatching(problem), 1]);
});

test("a folder in the place of a file is said", async () => {
  await put("cifar10/data_batch_1.bin/notes.txt", "");
  await put("cifar10/test_batch.bin", cifarRecords(1));
  expect(await counts("cifar10")).toEqual([
    expect.stringMatching(/data_batch_1\.bin, got something else/),
    1,
  ]);
});

test("IDX files are counted by their headers", async () => {
  const images = idxBytes([5, 28, 28], new Uint8Array(5 * 784));
  await put("fashion-mnist/train-images-idx3-ubyte", images);
  await put("fashion-mnist/train-labels-idx1-ubyte.gz", gzipSync(idxBytes([5], [1, 2, 3, 4, 5])));
  await put("fashion-mnist/t10k-images-idx3-ubyte.gz", gzipSync(images.subarray(0, 1000)));
  await put("fashion-mnist/t10k-labels-idx1-ubyte", idxBytes([5], [1, 2, 3, 4, 5]));
  expect(await counts("fashion-mnist")).toEqual([
    5,
    expect.stringMatching(/3920 bytes of values for shape \[5, 28, 28\], got 984\./),
  ]);
  await put("fashion-mnist/train-labels-idx1-ubyte.gz", gzipSync(idxBytes([2], [1, 2])));
  expect((await counts("fashion-mnist"))[0]).toMatch(/as many labels as images \(5\), got 2\./);
  expect(await counts("mnist")).toEqual([60000, 10000]);
});

test("packed spikes are counted by their headers", async () => {
  await put("shd-regenerated/train-00.shs.gz", gzipSync(shard(3)));
  await put("shd-regenerated/train-01.shs", shard(4));
  await put("shd-regenerated/test-00.shs.gz", gzipSync("no such file"));
  expect(await counts("shd")).toEqual([7, expect.stringMatching(/test-00\.shs\.gz.*the letters "SHS1"/)]);
});

test("HDF5 files are counted by their labels, and by their speakers where these make the splits", async () => {
  await putSpikes("fsdd/fsdd_train.h5", [0, 1, 2, 4, 5]);
  await putSpikes("fsdd/fsdd_test.h5", [3, 4]);
  expect(await counts("fsdd")).toEqual([5, 2]);
  expect(await counts("fsdd-speakers")).toEqual([4, 3]);
  await put("ssc/ssc_train.h5", "no HDF5 file");
  await putSpikes("ssc/ssc_test.h5", [0]);
  await putSpikes("ssc/ssc_valid.h5", [0, 0]);
  expect(await counts("ssc")).toEqual([expect.stringMatching(/ssc_train\.h5/), 1]);
  expect((await listed("ssc")).parts.validation).toMatchObject({ published: 9981, here: 2 });
});

test("recordings are counted by the names of their files, in folders and in archives", async () => {
  for (const file of ["Train/0/1.bin", "Train/0/2.bin", "Train/1/3.bin"])
    await put(`nmnist/${file}`, "12345");
  await symlink(path.join(folder, "nmnist/Train/0/1.bin"), path.join(folder, "nmnist/Train/1/4.bin"));
  const two = new Map(["Test/0/1.bin", "Test/1/2.bin"].map((name) => [name, new Uint8Array(5)]));
  await put("nmnist/Test.zip", zipBytes(two));
  expect(await counts("nmnist")).toEqual([4, 2]);
  await put("nmnist/Test.zip", zipBytes(two).subarray(0, 90));
  expect(await counts("nmnist")).toEqual([4, expect.stringMatching(/Test\.zip.*undamaged zip archive/)]);
  for (let i = 0; i < 11; i++) await put(`poker-dvs/club/nclub${10 + i}.aedat`, "12345");
  expect(await counts("poker-dvs")).toEqual([10, 1]);
});

test("gestures are counted by their lists, of which a lost one is said", async () => {
  await put("dvs-gesture/trials_to_train.txt", "user01_led.aedat\n");
  await put("dvs-gesture/user01_led_labels.csv", "class,start,end\n1,0,10\n2,10,20\n");
  await put("dvs-gesture/trials_to_test.txt", "user24_led.aedat\n");
  expect(await counts("dvs-gesture")).toEqual([
    2,
    expect.stringMatching(/user24_led_labels\.csv, got no such/),
  ]);
});

test("a made data set whose description is damaged is said", async () => {
  await put("fashion-motion/recordings.json", "{");
  expect(await counts("fashion-motion")).toEqual(
    Array(2).fill(expect.stringMatching(/expected a description/)),
  );
});

test("files that are passed over are warned of", async () => {
  const said: string[] = [];
  const before = onWarning((message) => said.push(message));
  await put("nmnist-raw/Train/0/1.bin", "12345");
  await put("nmnist-raw/Train/notes.txt", "");
  await put("nmnist-raw/Test/0/1.bin", "12345");
  expect(await counts("nmnist-raw")).toEqual([1, 1]);
  onWarning(before);
  expect(said.filter((message) => message.includes("nmnist-raw"))).toEqual([
    expect.stringMatching(/passed over 1 other file/),
  ]);
});
