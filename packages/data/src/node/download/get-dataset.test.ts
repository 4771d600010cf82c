import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import { createTarGzip } from "nanotar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sendWithRanges, startServer, type TestServer } from "../../../test/http-server.ts";
import { CIFAR10_RECORD_BYTES } from "../../images/index.ts";
import type { ImageDatasetSpec } from "../dataset-spec.ts";
import { findSpecOfKind } from "../registry/index.ts";
import { getDataset, installDataset } from "./get-dataset.ts";

const options = { timeoutMs: 500, attempts: 1, pauseMs: 1 };

let folder: string;
let server: TestServer;
let files: Record<string, Uint8Array>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-get-"));
  files = {};
  server = await startServer((request, response) => {
    const file = files[path.basename(request.url ?? "")];
    if (file) sendWithRanges(file, request, response);
    else response.writeHead(404).end();
  });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** CIFAR-10 as it is, but for the checksum of an archive made here. */
async function tinyCifar10(entries: Record<string, Uint8Array>): Promise<ImageDatasetSpec> {
  const archive = await createTarGzip(
    Object.entries(entries).map(([name, data]) => ({ name: `cifar-10-batches-bin/${name}`, data })),
  );
  files = { "cifar-10-binary.tar.gz": archive };
  const hex = createHash("md5").update(archive).digest("hex");
  const spec = findSpecOfKind("cifar10", "images");
  return { ...spec, downloads: spec.downloads.map((d) => ({ ...d, checksum: { algorithm: "md5", hex } })) };
}

function batchOf(label: number): Uint8Array {
  const record = new Uint8Array(CIFAR10_RECORD_BYTES).fill(label * 10);
  record[0] = label;
  return record;
}

test("unpacks the CIFAR-10 archive, reads it back and does not get it twice", async () => {
  const batches = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, batchOf(i)]));
  const spec = await tinyCifar10({ ...batches, "test_batch.bin": batchOf(9), "readme.html": batchOf(0) });
  await installDataset(spec, folder, { ...options, mirrors: [`${server.url}/`] });
  expect((await readdir(folder)).toSorted()).toEqual([...Object.keys(batches), "test_batch.bin"]);
  const train = await spec.read(folder, "train");
  expect([...train.labels]).toEqual([1, 2, 3, 4, 5]);
  expect(train.images[3 * 3072]).toBe(40);
  expect([...(await spec.read(folder, "test")).labels]).toEqual([9]);
  await installDataset(spec, folder, { ...options, mirrors: [server.url] });
  expect(server.requests).toEqual(["/cifar-10-binary.tar.gz"]);
});

test("writes nothing outside its folder, whatever the names in an archive", async () => {
  const spec = await tinyCifar10({ "../../../data_batch_1.bin": batchOf(1) });
  await installDataset(spec, path.join(folder, "inner"), { ...options, mirrors: [server.url] });
  expect(await readdir(folder)).toEqual(["inner"]);
  expect(await readdir(path.join(folder, "inner"))).toEqual(["data_batch_1.bin"]);
});

test("refuses a copy of Fashion-MNIST with another checksum and keeps files that are there", async () => {
  await mkdir(path.join(folder, "fashion-mnist"));
  await writeFile(path.join(folder, "fashion-mnist", "train-images-idx3-ubyte"), "there already");
  files = { "train-labels-idx1-ubyte.gz": Uint8Array.of(1, 2, 3) };
  const attempt = getDataset("fashion-mnist", { ...options, dataDir: folder, mirrors: [server.url] });
  await expect(attempt).rejects.toThrow(
    /expected train-labels-idx1-ubyte.gz from one of 1 places, got none: .*wrong md5 .*, expected 25c81989df183df01b3e8a0aad5dffbe/,
  );
  expect(server.requests).toEqual(["/train-labels-idx1-ubyte.gz"]);
  expect(await readdir(path.join(folder, "fashion-mnist"))).toEqual(["train-images-idx3-ubyte"]);
});

test("MNIST is there already", async () => {
  expect(await readdir(await getDataset("mnist", options))).toContain("train-images-idx3-ubyte");
});

test("says when the folder cannot be written", async () => {
  const file = path.join(folder, "a-file");
  await writeFile(file, "");
  const attempt = getDataset("fashion-mnist", { ...options, dataDir: file, mirrors: [server.url] });
  await expect(attempt).rejects.toThrow(MyelinError);
  await expect(attempt).rejects.toThrow(
    /a-file.*: expected to write, got a file where a folder should be. .*--data-dir/,
  );
});

test("makes the folders above", async () => {
  const dataDir = path.join(folder, "a", "b");
  await expect(getDataset("cifar10", { ...options, dataDir, mirrors: [server.url] })).rejects.toThrow(
    /HTTP 404/,
  );
  expect(await readdir(dataDir)).toEqual(["cifar10"]);
});

test.skipIf(process.platform !== "linux")("says when a folder can never be there", async () => {
  const attempt = getDataset("cifar10", { ...options, dataDir: "/proc/nowhere", mirrors: [server.url] });
  await expect(attempt).rejects.toThrow(
    /^\/proc\/nowhere.*: expected to write, got a place where nothing can be made/,
  );
});

test("leaves whole files only when unpacking fails half-way", async () => {
  const spec = await tinyCifar10({ "data_batch_1.bin": batchOf(1), "test_batch.bin": batchOf(2) });
  await writeFile(path.join(folder, "data_batch_1.bin"), "earlier");
  await mkdir(path.join(folder, "test_batch.bin")); // in the way of the second file
  const attempt = installDataset(spec, folder, { ...options, mirrors: [server.url] });
  await expect(attempt).rejects.toThrow(/test_batch.bin: expected the name of a file/);
  expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(await readFile(path.join(folder, "data_batch_1.bin"))).toHaveLength(CIFAR10_RECORD_BYTES);
});

test("an unknown name lists the known ones", async () => {
  await expect(getDataset("nmist", options)).rejects.toThrow(
    /expected a data set name, got "nmist". Known names: mnist, fashion-mnist, cifar10/,
  );
});

test("several who ask at once share one download", async () => {
  const names = ["test_batch.bin", ...[1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`)];
  const spec = await tinyCifar10(Object.fromEntries(names.map((name) => [name, batchOf(1)])));
  const mirrors = [server.url];
  const all = Array.from({ length: 4 }, () => installDataset(spec, folder, { ...options, mirrors }));
  await Promise.all(all);
  expect(server.requests).toHaveLength(1);
  expect((await readdir(folder)).filter((name) => /part|lock/.test(name))).toEqual([]);
});
