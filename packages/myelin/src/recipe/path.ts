import { shorten } from "../format.ts";

/** Where a value stands in a recipe. */
export type Path = readonly (string | number)[];

/** `network.layers.2.conv2d`; the recipe itself is "recipe". */
export function pathText(path: Path): string {
  return path.length === 0 ? "recipe" : path.map((key) => shorten(String(key), 60)).join(".");
}

/** The value at `path`, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}
