import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { FormatError, MyelinError, onWarning } from "@myelin/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { idxBytes } from "../../../test/synthetic.ts";
import { CIFAR10_RECORD_BYTES } from "../../images/index.ts";
import { listDatasets } from "../find/list-datasets.ts";
import { loadDataset } from "./load-dataset.ts";
import { readMaybeGzip } from "../contents/read-file.ts";
import { idxDataset } from "../registry/idx-dataset.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-load-"));
  vi.stubEnv("MYELIN_DATA", path.join(folder, "environment"));
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, "cache"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function put(file: string, bytes: Uint8Array): Promise<void> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, bytes);
}

function cifarRecords(...labels: number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * CIFAR10_RECORD_BYTES);
  labels.forEach((label, i) => (bytes[i * CIFAR10_RECORD_BYTES] = label));
  return bytes;
}

/** A data set of the form of MNIST with two images of 2 x 2. */
function tinyIdxDataset(images: Uint8Array, labels: Uint8Array) {
  const file = (name: string, bytes: Uint8Array) => ({
    file: name,
    md5: createHash("md5").update(bytes).digest("hex"),
  });
  const split = { images: file("images", images), labels: file("labels", labels) };
  const info = { name: "tiny", description: "", licence: "", homepage: "", trainCount: 2, testCount: 2 };
  const shape = { channels: 1, height: 2, width: 2, classNames: ["a", "b"] };
  return idxDataset({ kind: "images", ...info, ...shape }, { train: split, test: split });
}

const images = idxBytes([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
const labels = idxBytes([2], [1, 0]);

test("a missing data set is refused with every folder and the command that gets it", async () => {
  await mkdir(path.join(folder, "argument"), { recursive: true });
  const attempt = loadDataset("fashion-mnist", { split: "test", dataDir: path.join(folder, "argument") });
  await expect(attempt).rejects.toThrow(MyelinError);
  await expect(attempt).rejects.toThrow(
    /argument.*no t10k-images-idx3-ubyte, no t10k-labels.*environment.*cache.* Get it with: npx myelin data get fashion-mnist$/,
  );
});

test("a data folder that is not there, is a file or holds other things is refused", async () => {
  await put("other/notes.txt", labels);
  await put("fashion-mnist/notes.txt", labels);
  const load = (dataDir: string) =>
    loadDataset("mnist", { split: "test", dataDir: path.join(folder, dataDir) });
  await expect(load("nope")).rejects.toThrow(
    /--data-dir: expected .*nope, which does not exist\. Check the path\.$/,
  );
  await expect(load("other/notes.txt")).rejects.toThrow(/notes\.txt, which is a file\./);
  await expect(load("other")).rejects.toThrow(
    /with notes\.txt\. Each data set lies in a folder of its name\.$/,
  );
  await expect(load("fashion-mnist")).rejects.toThrow(/Name the folder above: /);
});

test("a folder of $MYELIN_DATA that is not there is warned of", async () => {
  const said: string[] = [];
  const before = onWarning((message) => said.push(message));
  vi.stubEnv("MYELIN_DATA", path.join(folder, "nope"));
  await listDatasets();
  vi.stubEnv("MYELIN_DATA", path.join(folder, "environment"));
  onWarning(before);
  expect(said[0]).toMatch(/^MYELIN_DATA: expected a folder, got .*nope, where there is none\./);
});

test("an unknown name lists the known ones", async () => {
  await expect(loadDataset("svhn", { split: "test" })).rejects.toThrow(
    /Known names: mnist, fashion-mnist, cifar10/,
  );
});

test("dataDir goes before $MYELIN_DATA, which goes before the cache", async () => {
  await mkdir(path.join(folder, "argument"), { recursive: true });
  await put("cache/myelin/data/cifar10/test_batch.bin", cifarRecords(1));
  const load = () => loadDataset("cifar10", { split: "test", dataDir: path.join(folder, "argument") });
  expect([...(await load()).labels]).toEqual([1]);
  await put("environment/cifar10/test_batch.bin", cifarRecords(2));
  expect([...(await load()).labels]).toEqual([2]);
  await put("argument/cifar10/test_batch.bin", cifarRecords(3));
  expect([...(await load()).labels]).toEqual([3]);
});

test("CIFAR-10 reads the training batches that are there, in numerical order, plain or gzipped", async () => {
  await put("environment/cifar10/cifar-10-batches-bin/data_batch_10.bin", cifarRecords(5));
  await put("environment/cifar10/cifar-10-batches-bin/data_batch_2.bin.gz", gzipSync(cifarRecords(3, 4)));
  await put("environment/cifar10/cifar-10-batches-bin/data_batch_1.bin", cifarRecords(1, 2));
  await put("environment/cifar10/cifar-10-batches-bin/data_batch_1.bin.gz", gzipSync(cifarRecords(9)));
  const dataset = await loadDataset("cifar10", { split: "train" });
  expect([...dataset.labels]).toEqual([1, 2, 3, 4, 5]);
  expect(dataset).toMatchObject({ count: 5, channels: 3, height: 32, width: 32, classes: 10 });
  expect(dataset.images).toHaveLength(5 * 3072);
});

test("CIFAR-10 without a batch that lies between others says so", async () => {
  for (const batch of [1, 3]) await put(`environment/cifar10/data_batch_${batch}.bin`, cifarRecords(batch));
  const said: string[] = [];
  const before = onWarning((message) => said.push(message));
  const { count } = await loadDataset("cifar10", { split: "train" });
  onWarning(before);
  expect(count).toBe(2);
  expect(said).toEqual([expect.stringContaining("expected training batches 1 to 3, got none of number 2")]);
});

test("CIFAR-10 with a damaged batch names the file and the byte", async () => {
  await put("environment/cifar10/data_batch_1.bin", cifarRecords(1, 11));
  await expect(loadDataset("cifar10", { split: "train" })).rejects.toThrow(
    /data_batch_1.bin, byte 3073: .* got 11/,
  );
});

test("IDX files are read plain and gzipped", async () => {
  const dataset = tinyIdxDataset(images, labels);
  expect(await dataset.missingFiles(folder, "test")).toEqual(["images", "labels"]);
  await put("images.gz", gzipSync(images));
  await put("labels", labels);
  expect(await dataset.missingFiles(folder, "test")).toEqual([]);
  const read = await dataset.read(folder, "test");
  expect([...read.images]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...read.labels]).toEqual([1, 0]);
  expect(read.classNames).toEqual(["a", "b"]);
});

test.each([
  [
    "of another shape",
    idxBytes([2, 4, 1], new Uint8Array(8)),
    /expected unsigned bytes of shape \[2, 2, 2\], got .*\[2, 4, 1\]/,
  ],
  ["of another type", idxBytes([2, 2, 2], new Uint8Array(8), 9), /got Int8Array of shape \[2, 2, 2\]/],
  ["cut short", images.subarray(0, 20), /images, byte 16: expected 8 bytes/],
  ["longer than published", Uint8Array.of(...images, 1, 2), /images, byte 16: expected 8 bytes .* got 10/],
  [
    "a lot longer than published",
    new Uint8Array(200_000),
    /readMaybeGzip: images, byte 0: expected at most 24 bytes, got 200000/,
  ],
  ["a gzip bomb", gzipSync(new Uint8Array(10_000_000)), /gunzip: images, byte 0: expected at most 24 bytes/],
  [
    "changed",
    Uint8Array.from(images, (byte, i) => (i === 20 ? 99 : byte)),
    /images: expected the published MD5 [0-9a-f]{32}, got/,
  ],
])("images that are %s are refused", async (_, bytes, message) => {
  await put("images", bytes);
  await put("labels", labels);
  const attempt = tinyIdxDataset(images, labels).read(folder, "train");
  await expect(attempt).rejects.toThrow(FormatError);
  await expect(attempt).rejects.toThrow(message);
});

test("labels out of range are refused", async () => {
  const wrong = idxBytes([2], [1, 2]);
  await put("images", images);
  await put("labels", wrong);
  await expect(tinyIdxDataset(images, wrong).read(folder, "train")).rejects.toThrow(
    /tiny: expected labels from 0 to 1, got 2 for sample 1/,
  );
});

test("readMaybeGzip decides by contents, not by name", async () => {
  await put("no-suffix", gzipSync(Uint8Array.of(1, 2, 3)));
  await put("plain.gz", Uint8Array.of(4, 5));
  expect([...(await readMaybeGzip(path.join(folder, "no-suffix"), { maxBytes: 10 }))]).toEqual([1, 2, 3]);
  expect([...(await readMaybeGzip(path.join(folder, "plain.gz"), { maxBytes: 10 }))]).toEqual([4, 5]);
});

test("a path that is no readable file is named", async () => {
  const read = (file: string) => readMaybeGzip(path.join(folder, file), { maxBytes: 10 });
  await expect(read("absent")).rejects.toThrow(MyelinError);
  await expect(read("absent")).rejects.toThrow(
    /^readMaybeGzip: expected a readable file at .*absent, got no such file/,
  );
  await expect(read(".")).rejects.toThrow(/got a folder/);
});

test("listDatasets says what there is and where", async () => {
  await put("environment/cifar10/data_batch_1.bin", cifarRecords(1));
  const listImages = async () => (await listDatasets()).filter(({ kind }) => kind === "images");
  const before = await listImages();
  expect(before.map(({ name, folder: found }) => [name, found !== undefined])).toEqual([
    ["mnist", true],
    ["fashion-mnist", false],
    ["cifar10", false],
  ]);
  await put("environment/cifar10/test_batch.bin", cifarRecords(1));
  const cifar10 = (await listImages()).at(-1);
  expect(cifar10).toMatchObject({
    folder: path.join(folder, "environment", "cifar10"),
    bundled: false,
    channels: 3,
  });
});
