import { nearestName } from "@myelin/core/checks";
import { isUtf8 } from "node:buffer";
import { open, readdir } from "node:fs/promises";
import path from "node:path";
import { unreadable } from "@myelin/data/files";
import { stringify } from "yaml";
import { shorten } from "../format.ts";
import { loadedPlugin, type Parts, partsOf } from "../plugins/index.ts";
import { resolveDataPath } from "./data-path.ts";
import { isPathData } from "./data-schema.ts";
import { problemsOf, type Problem } from "./issues.ts";
import { keysOf } from "./keys.ts";
import { packagedRecipes, recipeFile } from "./library.ts";
import { MOST_BYTES, requireSmallValues } from "./limits.ts";
import { nameNeurons, neuronSchemasFor, type NeuronRecipe } from "./neuron-schema.ts";
import { applyOverride, parseOverride, placeOfOverride, type Override } from "./override.ts";
import { pathText, type Path } from "./path.ts";
import { loadPluginFiles, pluginFiles } from "./plugin-files.ts";
import { RecipeError } from "./recipe-error.ts";
import { recipeSchemaWith, type Recipe } from "./schema.ts";
import { placeIn, readYaml, type YamlFile } from "./yaml-file.ts";

/**
 * Reads and checks a recipe.
 *
 * @param name a file, or the name of a recipe of the package, such as `quickstart`
 * @param overrides `path=value` texts, applied in order before checking
 * @throws RecipeError if the file cannot be read or says something impossible; the message has file, line and cure
 */
export async function loadRecipe(name: string, overrides: readonly string[] = []): Promise<Recipe> {
  const file = await recipeFile(name);
  const text = await readText(file, "a recipe");
  const folder = dataFolder(name, file);
  await loadPlugins(text, { file, overrides, folder });
  return parseRecipe(text, { file, overrides, folder });
}

/** Where paths to data begin, if not at the recipe: nobody keeps data inside the package. */
function dataFolder(name: string, file: string): string | undefined {
  return file === name ? undefined : ".";
}

/** A recipe that is read once, to be changed many times. */
export type Variants = (overrides: readonly Override[]) => Recipe;

/**
 * Reads a recipe of which many variants are wanted.
 *
 * @returns what makes a recipe of changes, and throws a RecipeError as {@link loadRecipe} does
 * @throws RecipeError as {@link loadRecipe} does
 */
export async function loadVariants(name: string): Promise<Variants> {
  const file = await recipeFile(name);
  const text = await readText(file, "a recipe");
  const folder = dataFolder(name, file);
  await loadPlugins(text, { file });
  return (overrides) => parseRecipe(text, { file, overrides, folder });
}

/** @throws RecipeError, with the plugin's line, if one cannot be used */
async function loadPlugins(text: string, options: ParseOptions): Promise<void> {
  const source = readSource(text, options);
  const { plugins } = source.raw;
  if (plugins !== undefined && plugins !== null && source.plugins.length === 0) {
    const got = shorten(JSON.stringify(plugins), 60);
    throw refusal(source, [{ path: ["plugins"], text: `expected a list of files, got ${got}.` }], "recipe");
  }
  const fault = await loadPluginFiles(source.plugins);
  if (fault === undefined) return;
  throw refusal(source, [{ path: ["plugins", fault.index], text: fault.text }], "recipe");
}

/**
 * The text of a recipe, or of another small file.
 *
 * @throws RecipeError if it cannot be read or is no text
 */
export async function readText(file: string, what: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readStart(file);
  } catch (cause) {
    throw new RecipeError(`${file}: expected ${what}, got ${unreadable(cause)}. ${await recipeHint(file)}`, {
      cause,
    });
  }
  return textOf(bytes, file);
}

/** A file's bytes, or as many of them as shows that it is too large: it may be a device without an end. */
async function readStart(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      ({ bytesRead: read } = await handle.read(bytes, length, bytes.length - length));
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** @throws RecipeError for UTF-16 and whatever else is no text */
function textOf(bytes: Buffer, file: string): string {
  // What is too large is refused for that: it may be cut in the middle of a letter.
  const isText = bytes.length > MOST_BYTES || (isUtf8(bytes) && !bytes.includes(0));
  if (isText) return bytes.toString("utf8");
  throw new RecipeError(
    `${file}: expected a recipe, got bytes that are no text in UTF-8. Save it in that encoding.`,
  );
}

/** Where a recipe's text is from, and what to change in it. */
export interface ParseOptions {
  /** Name for messages. */
  readonly file?: string;
  /** `path=value` texts, or what was made of them. */
  readonly overrides?: readonly (string | Override)[];
  /** Where paths to data begin; at the file if left out. Those of overrides begin where the command runs. */
  readonly folder?: string | undefined;
}

/**
 * Checks a recipe's text and fills in defaults. Plugins have to be loaded, as `loadRecipe` does.
 *
 * @throws RecipeError for the first problem: unknown keys, wrong types, values out of range
 */
export function parseRecipe(text: string, options: ParseOptions = {}): Recipe {
  const source = readSource(text, options);
  const missing = source.plugins.findIndex((file) => loadedPlugin(file) === undefined);
  if (missing === -1) return checked(source);
  const problem = "expected a plugin that is loaded, got one that is not. `loadRecipe` loads it.";
  throw refusal(source, [{ path: ["plugins", missing], text: problem }], "recipe");
}

/**
 * Reads the neuron of a file: a recipe's `network.neuron`, or the options of a neuron alone.
 *
 * @param overrides `path=value` texts of the neuron's options
 * @throws RecipeError if the file cannot be read or says something impossible
 */
export async function loadNeuron(file: string, overrides: readonly string[] = []): Promise<NeuronRecipe> {
  const text = await readText(file, "a neuron");
  await loadPlugins(text, { file });
  const { raw } = readSource(text, { file });
  const path = "network" in raw ? ["network", "neuron"] : [];
  const source = readSource(text, {
    file,
    overrides: overrides.map((change) => [...path, change].join(".")),
  });
  return path.length > 0 ? checked(source).network.neuron : checkedNeuron(source);
}

/** The neuron with these options, as in a recipe. */
export function parseNeuron(options: object, overrides: readonly string[] = []): NeuronRecipe {
  return checkedNeuron(readSource(stringify(options), { file: "neuron", overrides }));
}

function checked(source: Source): Recipe {
  const { parts, plugins, raw } = source;
  const schema = recipeSchemaWith(parts);
  const result = schema.safeParse(raw);
  if (result.success) return { ...result.data, ...(plugins.length > 0 && { plugins }) };
  throw refusal(source, problemsOf(result.error.issues, raw, keysOf(schema)), "recipe");
}

/** Checks options of a neuron as if they stood in a recipe. */
function checkedNeuron(source: Source): NeuronRecipe {
  const around = { network: { type: "mlp", neuron: source.raw } };
  nameNeurons(around);
  const result = neuronSchemasFor(source.parts).neuronSchema.safeParse(around.network.neuron);
  if (result.success) return result.data;
  const place = ["network", "neuron"];
  const issues = result.error.issues.map((issue) => ({ ...issue, path: [...place, ...issue.path] }));
  const problems = problemsOf(issues, around, keysOf(recipeSchemaWith(source.parts)));
  const own = problems.map(({ path: whole, text }) => ({ path: whole.slice(place.length), text }));
  throw refusal(source, own, "neuron");
}

function refusal(source: Source, [first, ...others]: readonly Problem[], whole: string): RecipeError {
  const path = first?.path ?? [];
  const more = others.length === 0 ? "" : ` (${others.length} more after this one)`;
  const what = path.length === 0 ? whole : pathText(path);
  return new RecipeError(`${placeOf(path, source)}: ${what}: ${first?.text ?? `not a ${whole}`}${more}`);
}

/** The text of a recipe, with what it says. */
interface Source {
  readonly yaml: YamlFile;
  readonly changes: readonly Override[];
  /** Changed by the overrides, and brought into its usual form. */
  readonly raw: Record<string, unknown>;
  /** Absolute paths of the plugins, and what they bring along. */
  readonly plugins: string[];
  readonly parts: Parts;
}

function readSource(text: string, options: ParseOptions): Source {
  const { file = "recipe", overrides = [], folder = path.dirname(file) } = options;
  const yaml = readYaml(text, file);
  const { raw } = yaml;
  nameNeurons(raw);
  resolveDataPath(raw, folder);
  const changes = overrides.map((change) => (typeof change === "string" ? parseOverride(change) : change));
  for (const change of changes) applyOverride(raw, change);
  resolveDataPath(raw, ".");
  requireSmallValues(raw, file);
  const plugins = pluginFiles(raw["plugins"], file);
  const parts = partsOf(plugins);
  keysOf(recipeSchemaWith(parts)).dropFalseSections(raw);
  nameNeurons(raw);
  return { yaml, changes, raw, plugins, parts };
}

/**
 * The recipe as YAML, with every default written out: what a run folder keeps.
 *
 * @param folder where the file will lie, from which the paths of plugins and data start
 */
export function formatRecipe(recipe: Recipe, folder = "."): string {
  const relative = (file: string): string => path.relative(folder, file).split(path.sep).join("/");
  const plugins = recipe.plugins?.map(relative);
  const { data } = recipe;
  const written = isPathData(data) ? { ...data, path: relative(data.path) } : data;
  return stringify({ ...recipe, data: written, ...(plugins && { plugins }) }, { lineWidth: 100 });
}

/** `file:line:column` of the deepest part of `path` that is written in the file, or the change that it came from. */
function placeOf(path: Path, { yaml, changes }: Source): string {
  const change = changes.findLast(({ path: set }) =>
    set.every((key, i) => i >= path.length || key === path[i]),
  );
  return change === undefined ? placeIn(yaml, path) : placeOfOverride(change);
}

/** The recipe that was probably meant: one beside the file that is not there, in recipes/, or of the package. */
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
  const packaged = (await packagedRecipes()).map(({ name }) => name);
  const name = nearestName(path.basename(file).replace(/\.ya?ml$/, ""), packaged);
  return name === undefined
    ? "Check the path."
    : `Check the path, or train the package's recipe with: npx myelin train ${name}`;
}
