import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { zipBytes } from "../../../test/zip-bytes.ts";
import { zipStore } from "../events/recording-store.ts";
import { extractOneFromZip, readZip } from "./extract-zip.ts";

let folder: string;
let archive: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-zip-"));
  archive = path.join(folder, "a.zip");
  const bytes = zipBytes([{ name: "set/x.bin", data: new Uint8Array(1000).fill(7) }]);
  const inDirectory = bytes.indexOf("PK\x01\x02", 0, "latin1") + 16; // where the archive states the sum
  bytes.writeUInt8(bytes.readUInt8(inDirectory) ^ 1, inDirectory);
  await writeFile(archive, bytes);
});

afterEach(() => rm(folder, { recursive: true }));

/** The error names the entry and both sums. */
const wrong = /set\/x\.bin with CRC-32 [0-9a-f]{8} in place of [0-9a-f]{8}/;

test("a wrong check sum is found when all is read", async () => {
  await expect(readZip(archive, { wanted: () => true, maxBytes: 10_000 })).rejects.toThrow(wrong);
});

test("and when a file is unpacked: nothing of it stays", async () => {
  const options = { name: "x.bin", into: folder, maxBytes: 10_000 };
  await expect(extractOneFromZip(archive, options)).rejects.toThrow(wrong);
  expect(await readdir(folder)).toEqual(["a.zip"]);
});

test("and when a recording is read where it lies", async () => {
  const store = await zipStore(archive);
  const read = async () => {
    for await (const piece of store.pieces("set/x.bin")) expect(piece.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow(wrong);
  await store.close();
});
