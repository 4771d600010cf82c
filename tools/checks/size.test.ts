import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type * as Core from "@myelin/core";
import { rolldown } from "rolldown";
import { describe, expect, it } from "vitest";
import { root } from "../lib/packages.mjs";

const KILOBYTE = 1024;
const bundle = join(root, "packages/core/dist/myelin.min.js");

describe("what a training script imports, with kernels, compiler and both backends", () => {
  it("is at most 168 KB compressed", async () => {
    const bundle = await rolldown({ input: join(root, "packages/core/dist/index.js"), platform: "neutral" });
    const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
    await bundle.close();
    const size = gzipSync(output[0].code, { level: 9 }).length;
    expect(size).toBeGreaterThan(10 * KILOBYTE);
    expect(size).toBeLessThanOrEqual(168_000);
  });
});

describe("the core with its kernels as one file for a page", () => {
  it("is at most 174 KB compressed", () => {
    const size = gzipSync(readFileSync(bundle), { level: 9 }).length;
    expect(size).toBeGreaterThan(10 * KILOBYTE);
    expect(size).toBeLessThanOrEqual(174 * KILOBYTE);
  });

  it.each(["wasm", "reference"] as const)("works by itself, backend %s", async (backend) => {
    const { createEngine, tensor } = (await import(pathToFileURL(bundle).href)) as typeof Core;
    const engine = await createEngine({ backend, wasm: { threads: 1 } });
    expect(Array.from(await tensor([1, 2]).data())).toEqual([1, 2]);
    await engine.dispose();
  });
});
