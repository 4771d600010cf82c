import { parse } from "yaml";
import { requireShortPath, requireSmallText } from "./limits.ts";
import { RecipeError } from "./recipe-error.ts";

/** One `--set path=value`. */
export interface Override {
  readonly text: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
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
  const keys = path?.trim().split(".") ?? [];
  if (value === undefined || keys.length === 0 || keys.some((key) => key === "" || FORBIDDEN.has(key))) {
    throw new RecipeError(
      `--set: expected path=value, got "${shortened(text)}". For instance --set optimizer.lr=0.01.`,
    );
  }
  const where = `--set ${shortened(path ?? "")}`;
  requireShortPath(keys, where);
  requireSmallText(value, where);
  try {
    return { text, path: keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)), value: parse(value) };
  } catch (cause) {
    throw new RecipeError(`--set: expected a YAML value, got "${shortened(value)}". Put it in quotes.`, {
      cause,
    });
  }
}

/** A text for a message, its beginning if it is long. */
function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
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
        `--set ${shortened(override.text)}: expected ${where} to be a section, got ${shortened(JSON.stringify(next))}. Check the path.`,
      );
    }
    at = next as Record<string | number, unknown>;
  }
}

function checkKey(at: object, key: string | number, { text }: Override): void {
  if (!Array.isArray(at)) return;
  if (typeof key === "number" && key <= at.length) return;
  throw new RecipeError(
    `--set ${shortened(text)}: expected a position from 0 to ${at.length} in a list, got ${key}. Positions start at 0.`,
  );
}
