import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FormatError } from "@myelin/core";
import * as library from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endlessRows, gzippedRows } from "../../test/gzipped-rows.ts";
import { readSpikesFile } from "../node/spikes/read-spikes-file.ts";
import { readSpikes } from "./read-spikes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "hostile-"));
  await library.ready;
});
afterAll(() => rm(folder, { recursive: true }));

const place = (name: string): string => path.join(folder, name);

describe("a file at which the HDF5 library never comes to an end", () => {
  test("is given up from its bytes, and the next one is read", async () => {
    await expect(readSpikes(await endlessRows(), { name: "x", timeLimitMs: 1500 })).rejects.toThrow(
      /^x: expected the HDF5 library to read the file within 1.5 s, got no answer/,
    );
    expect(await readSpikes(await gzippedRows(), { name: "x" })).toMatchObject({ count: 3 });
  });

  test("is given up from the disk", async () => {
    await writeFile(place("endless.h5"), await endlessRows());
    await expect(readSpikesFile(place("endless.h5"), { name: "x", timeLimitMs: 1500 })).rejects.toThrow(
      FormatError,
    );
  });

  test("does not keep the main thread from other work", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await readSpikes(await endlessRows(), { name: "x", timeLimitMs: 1500 }).catch(() => undefined);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(20);
  });
});

test("bytes stay with whoever has read them", async () => {
  const bytes = await gzippedRows();
  const copy = bytes.slice();
  await readSpikes(bytes, { name: "x" });
  expect(bytes).toEqual(copy);
});

test("more elements than the memory budget are an error that names it", async () => {
  const file = new library.File(place("claims.h5"), "w");
  // Chunks that were never written take no room in the file.
  const shape = [100_000_000];
  file.create_dataset({
    name: "labels",
    data: Uint8Array.of(0),
    shape: [1],
    maxshape: [null],
    chunks: [1000],
  });
  library.Module.resize_dataset(file.file_id, "labels", shape.map(BigInt));
  file.close();
  await expect(readSpikesFile(place("claims.h5"), { name: "x" })).rejects.toThrow(
    /^readSpikes: x, labels: expected 100000000 elements within the memory budget of 3\d.\d MiB, got 95.4 MiB\./,
  );
});

test("the library's own words go nowhere: the error has their reason, in one line", async () => {
  const bytes = await gzippedRows();
  bytes.fill(0, 96, 400);
  const program = `
    import { readSpikes } from "@myelin/data";
    const bytes = Uint8Array.from(Buffer.from(process.argv[1], "base64"));
    await readSpikes(bytes, { name: "x" }).catch((error) => console.log(error.message));`;
  const text = Buffer.from(bytes).toString("base64");
  const args = ["--input-type=module", "--eval", program, text];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual([
    expect.stringMatching(/^readSpikes: x, .*: expected .*, got .*\./),
  ]);
  expect(stdout).not.toContain("status");
});
