import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { root } from "../lib/packages.mjs";

const KILOBYTE = 1024;

/** What a page downloads at most: every JavaScript file of the build, each compressed by itself. */
function compressedSize(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js"))
    .map((path) => gzipSync(readFileSync(join(folder, path)), { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0);
}

describe("size", () => {
  it("of the core with its kernels is at most 150 KB", () => {
    const size = compressedSize(join(root, "packages/core/dist"));
    expect(size).toBeGreaterThan(10 * KILOBYTE);
    expect(size).toBeLessThanOrEqual(150 * KILOBYTE);
  });
});
