import { shorten } from "../format.ts";
import { requireShortPath, requireSmallText } from "./limits.ts";
import { RecipeError } from "./recipe-error.ts";
import { parseYaml } from "./yaml.ts";

/** One `--set path=value`. */
export interface Override {
  readonly text: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** Where it is written, if not behind `--set`. */
  readonly place?: string;
}

/** Where a change is from, for messages. */
export function placeOfOverride({ text, place }: Override): string {
  return place ?? `--set ${shorten(text, 60)}`;
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads `path=value`: a dotted path (list positions as numbers) and a value in YAML.
 *
 * @throws RecipeError if there is no path, no `=`, or the value is not YAML
 * @example parseOverride("network.neuron.type=LIF")
 */
export function parseOverride(text: string): Override {
  const [, path, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const keys = keysOfPath(path ?? "");
  if (value === undefined || keys === undefined) {
    throw new RecipeError(
      `--set: expected path=value, got "${shorten(text, 60)}". For instance --set optimizer.lr=0.01.`,
    );
  }
  const where = `--set ${shorten(path ?? "", 60)}`;
  requireShortPath(keys, where);
  requireSmallText(value, where);
  return { text, path: keys, value: valueOf(value) };
}

/** The keys of a dotted path, list positions as numbers; undefined if it is none. */
export function keysOfPath(path: string): (string | number)[] | undefined {
  const keys = path.trim().split(".");
  if (keys.some((key) => key === "" || FORBIDDEN.has(key))) return undefined;
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function valueOf(text: string): unknown {
  try {
    const { problem, document } = parseYaml(text);
    if (problem === undefined) return document.toJS({ maxAliasCount: 100 });
  } catch {
    // The same is said of aliases and merges that lead nowhere.
  }
  throw new RecipeError(`--set: expected a YAML value, got "${shorten(text, 60)}". Put it in quotes.`);
}

/**
 * Puts the override's value into `recipe`, which is changed; missing sections are made.
 *
 * @throws RecipeError if the path leads through something that is neither a section nor a list
 */
export function applyOverride(recipe: Record<string, unknown>, override: Override): void {
  let at: Record<string | number, unknown> = recipe;
  for (const [depth, key] of override.path.entries()) {
    checkKey(at, key, override);
    if (depth === override.path.length - 1) {
      at[key] = override.value;
      return;
    }
    const next = (at[key] ??= {});
    if (typeof next !== "object") {
      const where = override.path.slice(0, depth + 1).join(".");
      throw new RecipeError(
        `${placeOfOverride(override)}: expected ${where} to be a section, got ${shorten(JSON.stringify(next), 60)}. Check the path.`,
      );
    }
    at = next as Record<string | number, unknown>;
  }
}

function checkKey(at: object, key: string | number, override: Override): void {
  if (!Array.isArray(at)) return;
  if (typeof key === "number" && key <= at.length) return;
  throw new RecipeError(
    `${placeOfOverride(override)}: expected a position from 0 to ${at.length} in a list, got ${key}. Positions start at 0.`,
  );
}
