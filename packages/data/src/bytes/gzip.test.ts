import { gzipSync } from "node:zlib";
import { FormatError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gunzip, isGzip } from "./gzip.ts";

const options = { maxBytes: 1000, name: "file.gz" };

test("returns what was compressed, whatever it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 1000 }), async (bytes) => {
      const compressed = gzipSync(bytes);
      expect(isGzip(compressed)).toBe(true);
      expect(await gunzip(compressed, options)).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

test("stops a bomb at the limit", async () => {
  const bomb = gzipSync(new Uint8Array(200e6)); // 194 KB that become 200 MB
  const before = process.memoryUsage().arrayBuffers;
  await expect(gunzip(bomb, options)).rejects.toThrow(
    /^gunzip: file.gz, byte 0: expected at most 1000 bytes of decompressed data, got more/,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
});

test("a file at the limit passes, one byte more does not", async () => {
  expect(await gunzip(gzipSync(new Uint8Array(1000)), options)).toHaveLength(1000);
  await expect(gunzip(gzipSync(new Uint8Array(1001)), options)).rejects.toThrow(FormatError);
});

test("refuses damaged, cut and foreign data", async () => {
  const compressed = gzipSync(Uint8Array.from({ length: 500 }, (_, i) => (i * i) & 255));
  const wrongChecksum = Uint8Array.from(compressed);
  wrongChecksum[compressed.length - 6]! ^= 1;
  const cases = [compressed.subarray(0, -9), wrongChecksum, Uint8Array.of(1, 2, 3), new Uint8Array(0)];
  for (const bytes of cases) {
    await expect(gunzip(bytes, options)).rejects.toThrow(
      /^gunzip: file.gz, byte 0: expected whole and undamaged gzip data, got .+ The file is (damaged|cut short): get it again/,
    );
  }
});

test("damaged anywhere, gzip data gives its contents or a FormatError", async () => {
  const contents = Uint8Array.from({ length: 300 }, (_, i) => (i * 31) & 63);
  const compressed = gzipSync(contents);
  await fc.assert(
    fc.asyncProperty(fc.nat(compressed.length - 1), fc.nat(255), async (place, value) => {
      const damaged = Uint8Array.from(compressed);
      damaged[place] = value;
      const result = await gunzip(damaged, options).catch((error: unknown) => error);
      if (!(result instanceof FormatError)) expect(result).toEqual(contents);
    }),
    { numRuns: 200 },
  );
});
