import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { MyelinError, onWarning } from "@myelin/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { convertFsdd } from "../speech/index.ts";
import { loadEvents } from "./load-events.ts";

let dataDir: string;
const said: string[] = [];
const before = onWarning((message) => said.push(message));
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "passed-over-"));
  said.length = 0;
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
  onWarning(before);
});

test("folders of N-MNIST that are no digits are said", async () => {
  for (const folder of ["0", "7", "10", "x"]) {
    const place = path.join(dataDir, "NMNIST/Train", folder);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, "1.bin"), Uint8Array.of(1, 2, 0, 0, 5));
  }
  const { count, classNames } = await loadEvents("nmnist", { split: "train", dataDir });
  expect({ count, classNames }).toEqual({ count: 2, classNames: ["0", "7"] });
  expect(said).toEqual([
    expect.stringMatching(/expected recordings in folders 0, 7, passed over 2 other files in 10, x\.$/),
  ]);
});

test("an archive that is not there is named", async () => {
  const archive = path.join(dataDir, "nowhere.zip");
  const converting = convertFsdd({ archive, dataDir, force: true });
  await expect(converting).rejects.toBeInstanceOf(MyelinError);
  await expect(converting).rejects.toThrow(/expected a readable file at .*nowhere\.zip, got no such file\./);
});
