import { dirname, join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { importsOf, repositoryFiles } from "./source-files.ts";

/** Files of a backend that one file of it needs one after another, at most. */
const MOST_LAYERS = 6;
const MOST_LINES = 300;

// What the build writes is a table, no layer.
const files = repositoryFiles(/^packages\/core\/src\/engine\/backends\/[^/]+\/.*\.ts$/).filter(
  ({ path }) => !/\.(test|generated|d)\.ts$/.test(path),
);
const paths = new Set(files.map(({ path }) => path));
const needs = new Map(
  files.map((file) => {
    const targets = importsOf(file).map(({ specifier }) => join(dirname(file.path), specifier));
    return [file.path, targets.filter((target) => paths.has(target))];
  }),
);

/** The longest way down from a file, types included; a circle is an endless one. */
function wayDown(path: string, above: readonly string[] = []): string[] {
  const way = [...above, path];
  if (above.includes(path)) throw new Error(`circle: ${way.slice(above.indexOf(path)).join(" -> ")}`);
  const ways = needs.get(path)!.map((target) => wayDown(target, way));
  return [path, ...ways.reduce((longest, one) => (one.length > longest.length ? one : longest), [])];
}

describe("files of backends", () => {
  it("import no other in a circle, and stand in few layers", () => {
    const deep = files.map(({ path }) => wayDown(path)).filter(({ length }) => length > MOST_LAYERS);
    expect(deep).toEqual([]);
  });

  it("are short", () => {
    const lengths = files.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  });

  it("begin with what they do, which paths there are and when, and where that is measured", () => {
    const headless = files.filter(({ text }) => !/^\/\*\*\n( \*.*\n){3,} \*\/\n/.test(text));
    expect(headless.map(({ path }) => path)).toEqual([]);
  });
});
