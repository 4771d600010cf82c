/** The table of docs/neurons.md is that of the catalogue. */
import { readFileSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import { CATALOGUE } from "./index.ts";

const docs = new URL("../../../../docs/", import.meta.url);
const lines = readFileSync(new URL("neurons.md", docs), "utf8").split("\n");

it("every neuron has its line in the documentation, in this order", () => {
  const rows = lines.flatMap((line) => {
    const [, name, title, source] = line.split("|").map((cell) => cell.trim());
    return name?.startsWith("`") && line.includes(".svg") && !line.includes("--")
      ? [[name, title, source]]
      : [];
  });
  expect(rows).toEqual(CATALOGUE.map(({ name, title, source }) => [`\`${name}\``, title, source]));
});

it.each(CATALOGUE.map(({ name }) => name))("%s has a small picture", (name) => {
  expect(lines.some((line) => line.includes(`![${name}](neurons/${name}.svg)`))).toBe(true);
  const size = statSync(new URL(`neurons/${name}.svg`, docs)).size;
  expect(size).toBeGreaterThan(1000);
  expect(size).toBeLessThan(15_000);
});
