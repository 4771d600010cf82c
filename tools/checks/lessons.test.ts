/** The files and commands of lesson 6, as a reader would save and run them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { manifest, root } from "../lib/packages.mjs";
import { codeBlocks } from "./code-blocks.ts";

const blocks = codeBlocks().filter(({ file }) => file.endsWith("6-your-own-neuron.md"));
const program = join(root, "packages/myelin", manifest("myelin").bin!["myelin"]!);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-lesson-"));
  for (const { info, text } of blocks) {
    const [, name] = /^\w+ ([\w-]+\.\w+)$/.exec(info) ?? [];
    if (name !== undefined) writeFileSync(join(folder, name), text);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

it("trains and draws the neuron of lesson 6", () => {
  const commands = blocks.filter(({ info }) => info === "sh").flatMap(({ text }) => text.split("\n"));
  for (const command of commands) {
    const [npx, myelin, ...args] = command.split(" ");
    expect([npx, myelin]).toEqual(["npx", "myelin"]);
    execFileSync(process.execPath, [program, ...args], { cwd: folder, stdio: "pipe" });
  }
  expect(existsSync(join(folder, "runs/tired/network.myelin"))).toBe(true);
  expect(readFileSync(join(folder, "runs/tired/report.html"), "utf8")).toContain("Learned w of each layer");
  expect(existsSync(join(folder, "runs/tired-neuron/tired-step.svg"))).toBe(true);
}, 90_000);
