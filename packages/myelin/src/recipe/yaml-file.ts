/** A YAML file with the places of what it says, for messages. */
import type { Document, LineCounter } from "yaml";
import { requireSmallText, requireSmallValues } from "./limits.ts";
import type { Path } from "./path.ts";
import { RecipeError } from "./recipe-error.ts";
import { parseYaml } from "./yaml.ts";

/** A text that is YAML, with what it says. */
export interface YamlFile {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** Its keys and values. */
  readonly raw: Record<string, unknown>;
}

/** What a file of keys and values is for, in messages. */
export interface FileKind {
  /** "a recipe" */
  readonly what: string;
  /** Some of its keys. */
  readonly keys: string;
}

const RECIPE: FileKind = { what: "a recipe", keys: "name, data, network, ..." };

/**
 * Reads keys and values.
 *
 * @param file names the text in messages
 * @throws RecipeError if it is too large, no YAML, or something else than keys and values
 */
export function readYaml(text: string, file: string, kind: FileKind = RECIPE): YamlFile {
  requireSmallText(text, file);
  const { document, lines, problem } = parseYaml(text);
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.at);
    throw new RecipeError(`${file}:${line}:${col}: expected YAML, got ${problem.text}.`);
  }
  return { file, document, lines, raw: sections(document, file, kind) };
}

function sections(document: Document, file: string, { what, keys }: FileKind): Record<string, unknown> {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new RecipeError(
      `${file}: expected ${what}, got aliases (*) or merges (<<) that name no section, or too many of them.`,
      { cause },
    );
  }
  requireSmallValues(value, file);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  const got = value === null ? "nothing" : JSON.stringify(value).slice(0, 60);
  throw new RecipeError(`${file}: expected ${what} (${keys}), got ${got}.`);
}

/** `file:line:column` of the deepest part of `path` that is written in the file. */
export function placeIn({ document, lines, file }: YamlFile, path: Path): string {
  for (let depth = path.length; depth > 0; depth--) {
    const start = keyStart(document, path.slice(0, depth));
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return `${file}:${line}:${col}`;
  }
  return file;
}

function keyStart(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  const items: unknown[] = (parent as { items?: unknown[] } | null)?.items ?? [];
  const pair = items.find(
    (item) => String((item as { key?: { value?: unknown } }).key?.value) === String(name),
  );
  const node = (pair as { key?: unknown } | undefined)?.key ?? document.getIn(path, true);
  return (node as { range?: [number, number, number] } | undefined)?.range?.[0];
}
