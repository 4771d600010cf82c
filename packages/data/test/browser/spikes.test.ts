import { FormatError } from "@myelin/core";
import { readSpikes } from "@myelin/data/browser";
import { expect, test } from "vitest";
import { endlessRows, gzippedRows } from "../gzipped-rows.ts";

/** The first worker waits for the server that joins its parts. */
const TIMEOUT_MS = 120_000;

test(
  "spike files are read in a worker",
  async () => {
    const { count, offsets, unitIds } = await readSpikes(await gzippedRows(), { name: "mine" });
    expect({ count, offsets: [...offsets], unitIds: [...unitIds] }).toEqual({
      count: 3,
      offsets: [0, 1, 3, 6],
      unitIds: [0, 1, 2, 2, 3, 4],
    });
  },
  TIMEOUT_MS,
);

test(
  "a file in which the HDF5 library never ends is given up, and the next one is read",
  async () => {
    const began = performance.now();
    await expect(readSpikes(await endlessRows(), { name: "endless", timeLimitMs: 1500 })).rejects.toThrow(
      FormatError,
    );
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await readSpikes(await gzippedRows(), { name: "next" })).toMatchObject({ count: 3 });
  },
  TIMEOUT_MS,
);
