import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { reference, wasm } from "./backends.ts";
import { runFolder } from "./run.ts";
import { runGoldenFile } from "./runner.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url);

/** A case that may be given anything. */
interface LooseCase {
  name: unknown;
  options: unknown;
  tensors: Record<string, unknown>;
}

function fixture(name: string): string {
  return readFileSync(new URL(name, FIXTURES), "utf8");
}

describe.each([reference, wasm(1), wasm(2)])("golden vectors on $name", (backend) => {
  test.each(readdirSync(FIXTURES))("%s", async (name) => {
    const outcomes = await runGoldenFile(fixture(name), [backend]);
    expect(outcomes.filter(({ status }) => status === "failed")).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(0);
  });
});

describe("a golden run", () => {
  const folder = mkdtempSync(join(tmpdir(), "myelin-golden-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function runWith(text: string): Promise<{ code: number; lines: string[] }> {
    writeFileSync(join(folder, "cases.json"), text);
    const lines: string[] = [];
    const code = await runFolder(folder, (line) => lines.push(line));
    return { code, lines };
  }

  /** The losses, the first one changed. */
  function changed(change: (first: LooseCase) => void): string {
    const file = JSON.parse(fixture("losses.json")) as { cases: [LooseCase] };
    change(file.cases[0]);
    return JSON.stringify(file);
  }

  test("passes on good cases", async () => {
    expect(await runWith(fixture("losses.json"))).toEqual({ code: 0, lines: ["15 passed, 0 failed"] });
  });

  test.each<[string, RegExp, string]>([
    ["no JSON", /^FAILED cases\.json: golden file: expected JSON/, "{ not json"],
    ["no list of cases", /^FAILED cases\.json: golden file: expected a list "cases"/, "{}"],
    ["a list", /^FAILED cases\.json: golden file: expected an object, got a list/, "[]"],
  ])("gives one line for a file that is %s", async (_, message, text) => {
    const { code, lines } = await runWith(text);
    expect(code).toBe(1);
    expect(lines[0]).toMatch(message);
    expect(lines.slice(1)).toEqual(["0 passed, 1 failed"]);
  });

  test.each<[string, RegExp, (first: LooseCase) => void]>([
    [
      "another loss",
      /rateCrossEntropy \[wasm, 1 thread\]: loss\[0\]: expected 1\.5, got 0\.92/,
      ({ tensors }) => {
        Object.assign(tensors, { loss: { shape: [], data: [1.5] } });
      },
    ],
    [
      "a missing tensor",
      /dx: expected a tensor, got none/,
      ({ tensors }) => {
        delete tensors["dx"];
      },
    ],
    [
      "numbers that do not fit the shape",
      /x: expected 60 numbers for shape \[5, 4, 3\], got 1/,
      ({ tensors }) => {
        Object.assign(tensors, { x: { shape: [5, 4, 3], data: [1] } });
      },
    ],
    [
      "numbers that are none",
      /x: expected a shape and data of finite numbers/,
      ({ tensors }) => {
        Object.assign(tensors, { x: { shape: [1], data: ["1"] } });
      },
    ],
    [
      "an unknown loss",
      /loss: expected one of rateCrossEntropy, .*, got hinge/,
      (first) => {
        Object.assign(first, { name: "hinge" });
      },
    ],
    [
      "an unknown kind",
      /kind: expected a case of neuron, .*, got one with tensors none/,
      (first) => {
        Object.assign(first, { tensors: {} });
      },
    ],
    [
      "no options",
      /rateCrossEntropy\.options: expected an object, got null/,
      (first) => {
        Object.assign(first, { options: null });
      },
    ],
  ])("fails a case with %s and runs the others", async (_, message, change) => {
    const { code, lines } = await runWith(changed(change));
    expect(code).toBe(1);
    expect(lines.join("\n")).toMatch(message);
    expect(lines.at(-1)).toBe("12 passed, 3 failed");
  });

  test("fails on a folder without cases, or no folder", async () => {
    const lines: string[] = [];
    expect(await runFolder(join(folder, "none"), (line) => lines.push(line))).toBe(1);
    expect(lines[0]).toMatch(/^golden: expected a folder, got /);
    expect(lines.at(-1)).toBe("0 passed, 1 failed");
  });
});
