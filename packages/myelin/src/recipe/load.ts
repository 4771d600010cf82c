import { nearestName } from "@myelin/core";
import { open, readdir } from "node:fs/promises";
import path from "node:path";
import { unreadable } from "@myelin/data/files";
import { LineCounter, parseDocument, stringify, type Document, type YAMLError } from "yaml";
import { dropFalseSections, pathText, problemsOf, type Path } from "./issues.ts";
import { MOST_BYTES, requireSmallText, requireSmallValues } from "./limits.ts";
import { applyOverride, parseOverride, type Override } from "./override.ts";
import { RecipeError } from "./recipe-error.ts";
import { recipeSchema, type Recipe } from "./schema.ts";

/**
 * Reads and checks a recipe file.
 *
 * @param overrides `path=value` texts, applied in order before checking
 * @throws RecipeError if the file cannot be read or says something impossible; the message has file, line and cure
 */
export async function loadRecipe(file: string, overrides: readonly string[] = []): Promise<Recipe> {
  let text: string;
  try {
    text = await readStart(file);
  } catch (cause) {
    throw new RecipeError(`${file}: expected a recipe, got ${unreadable(cause)}. ${await recipeHint(file)}`, {
      cause,
    });
  }
  return parseRecipe(text, { file, overrides });
}

/** A file's text, or as much of it as shows that it is too large: it may be a device without an end. */
async function readStart(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      ({ bytesRead: read } = await handle.read(bytes, length, bytes.length - length));
    }
    return bytes.toString("utf8", 0, length);
  } finally {
    await handle.close();
  }
}

/** Where a recipe's text is from, and what to change in it. */
export interface ParseOptions {
  /** Name for messages. */
  readonly file?: string;
  readonly overrides?: readonly string[];
}

/**
 * Checks a recipe's text and fills in defaults.
 *
 * @throws RecipeError for the first problem: unknown keys, wrong types, values out of range
 */
export function parseRecipe(text: string, { file = "recipe", overrides = [] }: ParseOptions = {}): Recipe {
  requireSmallText(text, file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, merge: true });
  const broken = document.errors[0] ?? document.warnings[0];
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new RecipeError(`${file}:${line}:${col}: expected YAML, got ${yamlProblem(broken)}.`);
  }
  const raw = sections(document, file);
  const changes = overrides.map(parseOverride);
  for (const change of changes) applyOverride(raw, change);
  requireSmallValues(raw, file);
  dropFalseSections(raw);

  const result = recipeSchema.safeParse(raw);
  if (result.success) return result.data;
  const [first, ...others] = problemsOf(result.error.issues, raw);
  const where = placeOf(first?.path ?? [], document, lines, changes, file);
  const more = others.length === 0 ? "" : ` (${others.length} more after this one)`;
  throw new RecipeError(`${where}: ${pathText(first?.path ?? [])}: ${first?.text ?? "not a recipe"}${more}`);
}

/** The recipe as YAML, with every default written out: what a run folder keeps. */
export function formatRecipe(recipe: Recipe): string {
  return stringify(recipe, { lineWidth: 100 });
}

/** What people are told of mistakes that the parser words for programmers. */
const YAML_PROBLEMS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "a key that stands in this section already",
  MULTIPLE_DOCS: "a second document behind ---; a file holds one recipe",
  MULTILINE_IMPLICIT_KEY: "a line that is no key: value; a colon and a space stand between them",
  NON_STRING_KEY: "a key that is no text",
  TAB_AS_INDENT: "a tab; indent with spaces",
  TAG_RESOLVE_FAILED: "a tag (!name) that is not known",
};

function yamlProblem({ code, message }: YAMLError): string {
  const reason = message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "");
  return YAML_PROBLEMS[code] ?? `a syntax error: ${reason?.replace(/\.$/, "")}`;
}

function sections(document: Document, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new RecipeError(`${file}: expected a recipe, got aliases that cannot be resolved, or too many.`, {
      cause,
    });
  }
  requireSmallValues(value, file);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  const got = value === null ? "nothing" : JSON.stringify(value).slice(0, 60);
  throw new RecipeError(`${file}: expected a recipe (name, data, network, ...), got ${got}.`);
}

/** `file:line:column` of the deepest part of `path` that is written in the file, or the `--set` it came from. */
function placeOf(
  path: Path,
  document: Document,
  lines: LineCounter,
  changes: readonly Override[],
  file: string,
): string {
  const change = changes.findLast(({ path: set }) =>
    set.every((key, i) => i >= path.length || key === path[i]),
  );
  if (change !== undefined) return `--set ${change.text}`;
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

/** The recipe that was probably meant: one beside the file that is not there, or in recipes/. */
async function recipeHint(file: string): Promise<string> {
  const folders = [path.dirname(file), file, path.join(path.dirname(file), "recipes"), "recipes"];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const recipes = names.filter((name) => /\.ya?ml$/.test(name));
    const bare = (name: string): string => path.basename(name).replace(/\.ya?ml$/, "");
    const match = nearestName(bare(file), recipes.map(bare));
    const found = recipes.find((name) => bare(name) === match);
    if (found !== undefined) return `Did you mean ${path.join(folder, found)}?`;
  }
  return "Check the path.";
}
