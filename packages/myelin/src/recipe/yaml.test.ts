/** What YAML allows and recipes do not, told in words for people. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { loadRecipe, parseRecipe, RecipeError } from "./index.ts";

const TEXT = `name: small
data: { name: mnist }
timeSteps: 4
network: { type: mlp, neuron: { type: LIF }, hidden: [32] }
optimizer: { type: adam, lr: 0.01 }
epochs: 1
batchSize: 10
`;

it.each([
  ["data: { name: mnist }", "data:\n\tname: mnist", "expected YAML, got a tab; indent with spaces."],
  ["epochs: 1", "epochs: 1\nepochs: 2", "a key that stands in this section already."],
  ["epochs: 1", "epochs 1", "a line that is no key: value"],
  ["epochs: 1", "epochs: !include 1", "a tag (!name) that is not known."],
  ["epochs: 1", "epochs: 1\n? [1, 2]\n: 3", "a key that is no text."],
  ["batchSize: 10", "batchSize: 10\n---\nname: other", "a second document behind ---"],
  ["data: { name: mnist }", "data: &data { name: *data }", "a section that holds itself."],
  ["lr: 0.01", "<<: 5", "aliases (*) or merges (<<) that name no section"],
  ["lr: 0.01", "<<: *absent", "aliases (*) or merges (<<) that name no section"],
  ["lr: 0.01", "lr: .nan", "optimizer.lr: expected a number, got NaN."],
  ["[32]", "[32], batchNorm: off", 'network.batchNorm: expected true or false, got "off".'],
  ["epochs: 1", "epochs: '1'", 'epochs: expected a number, got "1".'],
])("%j written as %j", (right, wrong, message) => {
  expect(() => parseRecipe(TEXT.replace(right, wrong))).toThrow(message);
  expect(() => parseRecipe(TEXT.replace(right, wrong))).toThrow(RecipeError);
});

it("merges sections", () => {
  expect(
    parseRecipe(TEXT.replace("{ name: mnist }", "{ <<: { name: mnist }, limit: 5 }")).data,
  ).toMatchObject({
    ...{ name: "mnist", limit: 5 },
  });
});

it("gives --set the same rules, and prints nothing itself", () => {
  const printed = vi.spyOn(process, "emitWarning");
  const set = (override: string) => parseRecipe(TEXT, { overrides: [override] });
  expect(set("optimizer={ <<: { lr: 0.3 }, type: adam }").optimizer.lr).toBe(0.3);
  for (const value of ["!x 1", "%", "{{}}", "*absent", "1\n---\n2", "{a: 1, a: 2}"]) {
    expect(() => set(`seed=${value}`)).toThrow("--set: expected a YAML value, got");
  }
  expect(printed).not.toHaveBeenCalled();
});

it("repeats no more than the beginning of a long key", () => {
  const key = "x".repeat(70_000);
  expect(() => parseRecipe(TEXT, { overrides: [`${key}=1`] })).toThrow(/^.{1,600}$/s);
  expect(() => parseRecipe(`${TEXT}? ${key.slice(0, 50_000)}\n: 1\n`)).toThrow(/^.{1,600}$/s);
});

const folder = mkdtempSync(join(tmpdir(), "myelin-yaml-"));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["UTF-16", Buffer.from(`\ufeff${TEXT}`, "utf16le")],
  ["Latin-1", Buffer.from(TEXT.replace("small", "sm\xe4ll"), "latin1")],
  ["a NUL", Buffer.from(`${TEXT}\0`)],
])("refuses a file with %s", async (_, bytes) => {
  const file = join(folder, "recipe.yaml");
  writeFileSync(file, bytes);
  await expect(loadRecipe(file)).rejects.toThrow(
    `${file}: expected a recipe, got bytes that are no text in UTF-8.`,
  );
});
