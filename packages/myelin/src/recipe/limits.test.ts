import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadRecipe, parseRecipe, RecipeError } from "./index.ts";

const SMALL = "data: { name: mnist }\nnetwork: { type: mlp, neuron: { type: LIF }, hidden: [32] }\n";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), "myelin-limits-"))));
afterAll(() => rm(folder, { recursive: true }));

function many(count: number, one: (i: number) => string, between = "\n"): string {
  return Array.from({ length: count }, (_, i) => one(i)).join(between);
}

const HOSTILE: Readonly<Record<string, string>> = {
  "200,000 keys": many(200_000, (i) => `k${i}: 1`),
  "keys within the size": many(9000, (i) => `k${i}:`),
  "keys in braces": `{${many(9000, (i) => `k${i}`, ",")}}`,
  "keys behind question marks": many(9000, (i) => `? k${i}`),
  "dashes on one line": `${"- ".repeat(30_000)}x`,
  "question marks on one line": `${"? ".repeat(30_000)}x`,
  brackets: `a: ${"[".repeat(30_000)}${"]".repeat(30_000)}`,
  "open braces": `a: ${"{ a: ".repeat(10_000)}`,
  "sections by indentation": many(300, (i) => `${" ".repeat(i)}a:`),
  "one long text": `a: ${"x".repeat(10_000_000)}`,
  "a bomb of aliases": `a0: &a0 [1, 1]\n${many(40, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)}`,
  "a section that is its own part": "data: &data { name: mnist, more: { again: *data } }",
  "a list that is its own part": "data: &list [*list, *list, *list]",
  "a section merged into itself": "data: &data\n  <<: *data\n  name: mnist",
  "many anchors": many(4000, (i) => `- &a${i} x`),
};

it.each(Object.entries(HOSTILE))("%s end in an error within a second", (_, text) => {
  const begin = Date.now();
  expect(() => parseRecipe(text)).toThrow(RecipeError);
  expect(() => parseRecipe(text)).toThrow(/^recipe/);
  expect(Date.now() - begin).toBeLessThan(2000);
});

it.each([
  ["data.x=", many(4000, (i) => `k${i}: 1`, ", "), "2000 keys and list items"],
  ["data.x=", "[".repeat(30_000), "32 levels deep"],
  [many(5000, () => "a", "."), "=1", "32 levels deep"],
  ["data.x=", "&a [*a]", "a section that holds itself"],
])("--set %.20s%.20s ends in an error", (left, right, message) => {
  const value = right.startsWith("k") ? `{${right}}` : right;
  expect(() => parseRecipe(SMALL, { overrides: [left + value] })).toThrow(message);
});

it("a file without an end, or larger than any recipe, is not read to its end", async () => {
  const file = path.join(folder, "huge.yaml");
  await writeFile(file, "");
  await truncate(file, 2 ** 40);
  const begin = Date.now();
  await expect(loadRecipe(file)).rejects.toThrow(`${file}: expected a recipe of at most 65536 bytes`);
  if (process.platform === "linux") await expect(loadRecipe("/dev/zero")).rejects.toThrow("65536 bytes");
  expect(Date.now() - begin).toBeLessThan(1000);
});

it("what looks like keys inside a text counts for nothing", () => {
  const text = `${SMALL}name: "${"[ - ? , : ".repeat(2000)}"\n`;
  expect(() => parseRecipe(text)).not.toThrow("levels deep");
});
