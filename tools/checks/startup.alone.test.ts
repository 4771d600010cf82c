import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manifest, root } from "../lib/packages.mjs";

const ROUNDS = 7;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

/** The median duration in milliseconds of a command. */
function medianDuration(args: string[]): number {
  const durations = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    execFileSync(process.execPath, args, { cwd: root });
    return performance.now() - start;
  });
  return median(durations);
}

/** The median time in milliseconds that a fresh process needs to import a package, without the start of Node itself. */
function medianImport(specifier: string): number {
  const script = `const start = performance.now(); await import("${specifier}"); process.stdout.write(String(performance.now() - start));`;
  const durations = Array.from({ length: ROUNDS }, () =>
    Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" }),
    ),
  );
  return median(durations);
}

describe("start", () => {
  it("myelin --help takes less than 0.5 s", () => {
    const program = join(root, "packages/myelin", manifest("myelin").bin!.myelin!);
    expect(medianDuration([program, "--help"])).toBeLessThan(500);
  });

  // Half a millisecond per module: 300 in the core, 580 with the data, 670 with all that `myelin` brings.
  it.each([
    ["@myelin/core", 300],
    ["@myelin/data", 400],
    ["myelin", 450],
  ])("importing %s takes less than %i ms", (specifier, limit) => {
    expect(medianImport(specifier)).toBeLessThan(limit);
  });
});
