import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError, Random } from "@myelin/core";
import { afterAll, expect, test } from "vitest";
import { faultOfError } from "../fuzz/judge.ts";
import { mutated } from "../fuzz/mutate.ts";
import { runTask } from "../fuzz/watch.ts";
import { root } from "../lib/packages.mjs";

const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = 600;

test(`${FILES} damaged files end in data or in an error of one line`, { timeout: 240_000 }, () => {
  const args = ["tools/fuzz.mjs", "--inputs", String(FILES), "--seed", "7", "--slow", "10000"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const found = stdout.split("\n").filter((line) => line.startsWith("FOUND"));
  expect({ found, stderr }).toEqual({ found: [], stderr: "" });
  expect(stdout).toMatch(new RegExp(`${FILES} files, 0 findings\\s*$`));
});

test("a number makes the same damage again, and leaves the whole files alone", () => {
  const files = [Uint8Array.from({ length: 100 }, (_, i) => i), Uint8Array.from({ length: 9 }, () => 48)];
  const before = structuredClone(files);
  const all = Array.from({ length: 200 }, (_, seed) => mutated(files, new Random(seed)));
  expect(Array.from({ length: 200 }, (_, seed) => mutated(files, new Random(seed)))).toEqual(all);
  expect(files).toEqual(before);
  expect(new Set(all.map((file) => file.join())).size).toBeGreaterThan(150);
});

test.each([
  [new FormatError("readIdx: x: expected bytes, got none. Get it again."), undefined],
  [new FormatError("readIdx: it did not work"), /does not say what was expected/],
  [new FormatError(""), /has no message/],
  [new FormatError(`expected ${"x".repeat(3000)}`), undefined], // cut
  [Object.assign(new FormatError(""), { message: "x".repeat(3009) }), /a message of 3009 characters/],
  [new RangeError("Invalid typed array length: -1"), /a bare RangeError: Invalid typed array length/],
  ["text", /threw string/],
])("an error is judged: %s", (error, fault) => {
  if (fault === undefined) expect(faultOfError(error)).toBeUndefined();
  else expect(faultOfError(error)).toMatch(fault);
});

/** Hangs at file 2, ends at file 4, and says that file 5 was a finding. */
const CHILD = `
  import { writeSync } from "node:fs";
  const [, first, count] = process.argv.slice(2).map(Number);
  const say = (line) => writeSync(3, JSON.stringify(line) + "\\n");
  const sums = { read: 0, refused: 0, slowestMs: 0, peakBytes: 0 };
  for (let at = first; at < first + count; at++) {
    say({ at, ...sums });
    if (at === 2) for (;;);
    if (at === 4) throw new Error("that was file 4");
    if (at === 5) say({ seed: 5, fault: "odd" });
    sums.read++;
  }
  say({ at: first + count, ...sums });`;

test("a reader that hangs or ends its process is a finding, and the files behind it are read", async () => {
  const child = join(folder, "child.mjs");
  writeFileSync(child, CHILD);
  const task = { target: "odd", firstSeed: 0, count: 8, mayHang: false };
  const limits = { slowMs: 100, killMs: 700, mostBytes: 2 ** 30 };
  const { findings, inputs, read } = await runTask(child, task, limits);
  expect({ inputs, read, seeds: findings.map(({ seed }) => seed) }).toEqual({
    inputs: 8,
    read: 6,
    seeds: [2, 4, 5],
  });
  expect(findings.map(({ fault }) => fault)).toEqual([
    "gave no answer in 0.7 s",
    expect.stringMatching(/^ended the process \(1\): .*that was file 4/),
    "odd",
  ]);
  const hanging = await runTask(child, { ...task, count: 4, mayHang: true }, { ...limits, slowMs: 700 });
  expect(hanging).toMatchObject({ findings: [], givenUp: 1, inputs: 4 });
});
