/** Reads a sweep file and checks it like a recipe: every message has file and line. */
import { isThere } from "@myelin/data/files";
import path from "node:path";
import {
  keysOf,
  keysOfPath,
  loadVariants,
  type Override,
  type Path,
  placeIn,
  type Problem,
  problemsOf,
  pathText,
  readText,
  readYaml,
  type Recipe,
  RecipeError,
  type YamlFile,
} from "../../recipe/index.ts";
import { objectiveProblem, type Objective, type Settings } from "../results/index.ts";
import { choices, type Dimension, numbers } from "./dimension.ts";
import { rangeProblem } from "./range.ts";
import { rangeSchema, sweepSchema, type RangeRecipe } from "./schema.ts";
import { gridPoint, gridSize, type Sweep } from "./sweep.ts";

/** Runs of a sweep at most: more is a mistake, or two sweeps. */
const MOST_RUNS = 100_000;
/** Points of a grid that are checked before the first run begins. */
const CHECKED_POINTS = 1000;

/** Settings that a sweep has other ways for, or none. */
const NOT_SETTINGS: Readonly<Record<string, string>> = {
  seed: "Seeds have a list of their own: seeds.",
  name: "Runs of a sweep are told apart by what they were trained with.",
  plugins: "All runs have those of the recipe.",
  extensions: "Set epochs.",
};

/**
 * Reads and checks a sweep.
 *
 * @throws RecipeError for the first problem, of the sweep or of the recipe with its settings
 */
export async function loadSweep(file: string): Promise<Sweep> {
  const text = await readText(file, "a sweep");
  const yaml = readYaml(text, file, { what: "a sweep", keys: "recipe, settings, search, ..." });
  const found = sweepSchema.safeParse(yaml.raw);
  if (!found.success) throw refusal(yaml, problemsOf(found.error.issues, yaml.raw, keysOf(sweepSchema)));
  const { recipe, name = path.basename(file).replace(/\.ya?ml$/, ""), search, objectives } = found.data;
  const varied = Object.entries(found.data.settings).filter(([, value]) => isVaried(value));
  const fixed = Object.fromEntries(
    Object.entries(found.data.settings).filter(([, value]) => !isVaried(value)),
  );
  const dimensions = [
    ...varied.map(([key, value]) => dimensionOf(yaml, key, value)),
    ...found.data.zip.map((lists, i) => zipped(yaml, lists, i)),
  ];
  requireKnownPaths(yaml, found.data.zip);
  const variants = await loadVariants(await recipeBeside(recipe, file));
  const overrides = (settings: Settings): Override[] =>
    Object.entries({ ...fixed, ...settings }).map(([key, value]) => overrideOf(yaml, key, value));
  const base = variants([]);
  const sweep: Sweep = {
    ...{ name, file, dimensions, fixed, search, base },
    seeds: seedsOf(found.data.seeds, base.seed),
    objectives: objectivesOf(yaml, objectives, variants(overrides({}))),
    recipe: (settings, seed) => ({ ...variants(overrides(settings)), seed }),
  };
  requireRuns(yaml, sweep);
  requireRecipes(yaml, sweep);
  return sweep;
}

/** One value for all runs is anything but a list and a range. */
function isVaried(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function dimensionOf(yaml: YamlFile, key: string, value: unknown): Dimension {
  const place = ["settings", key];
  if (Array.isArray(value)) {
    if (value.length === 0)
      throw refusal(yaml, [{ path: place, text: "expected at least 1 value, got none." }]);
    return choices(unique(value as readonly unknown[]).map((one) => ({ [key]: one })));
  }
  return numbers(key, rangeOf(yaml, place, value));
}

function rangeOf(yaml: YamlFile, place: Path, value: unknown): RangeRecipe {
  const found = rangeSchema.safeParse(value);
  if (!found.success) {
    const problems = problemsOf(found.error.issues, value, keysOf(rangeSchema));
    throw refusal(
      yaml,
      problems.map(({ path: own, text }) => ({ path: [...place, ...own], text })),
    );
  }
  const problem = rangeProblem(found.data);
  if (problem === undefined) return found.data;
  throw refusal(yaml, [{ path: [...place, problem.key], text: problem.text }]);
}

function zipped(
  yaml: YamlFile,
  lists: Readonly<Record<string, readonly unknown[]>>,
  index: number,
): Dimension {
  const entries = Object.entries(lists);
  const [first] = entries;
  if (first === undefined) {
    throw refusal(yaml, [{ path: ["zip", index], text: "expected lists by their paths, got none." }]);
  }
  const other = entries.find(([, values]) => values.length !== first[1].length);
  if (other !== undefined) {
    const text = `expected ${first[1].length} values, as ${first[0]} has, got ${other[1].length}. They go together one by one.`;
    throw refusal(yaml, [{ path: ["zip", index, other[0]], text }]);
  }
  const values = first[1].map((_, i) => Object.fromEntries(entries.map(([key, list]) => [key, list[i]])));
  return choices(unique(values));
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Every path stands once, and is one. */
function requireKnownPaths(yaml: YamlFile, zip: readonly Readonly<Record<string, unknown>>[]): void {
  const seen = new Map<string, Path>();
  const places = [
    ...Object.keys(yaml.raw["settings"] ?? {}).map((key): Path => ["settings", key]),
    ...zip.flatMap((lists, i) => Object.keys(lists).map((key): Path => ["zip", i, key])),
  ];
  for (const place of places) {
    const key = String(place.at(-1));
    const hint = NOT_SETTINGS[key.split(".")[0] ?? ""];
    const isPath = keysOfPath(key) !== undefined;
    if (!isPath || hint !== undefined) {
      const why = hint ?? "Keys are joined by dots, as in optimizer.lr.";
      throw refusal(yaml, [{ path: place, text: `expected the path of a setting, got "${key}". ${why}` }]);
    }
    const before = seen.get(key);
    if (before !== undefined) {
      throw refusal(yaml, [{ path: place, text: `expected a path that stands once, got ${key} again.` }]);
    }
    seen.set(key, place);
  }
}

function overrideOf(yaml: YamlFile, key: string, value: unknown): Override {
  const inZip = (yaml.raw["zip"] ?? []) as readonly object[];
  const group = inZip.findIndex((lists) => Object.hasOwn(lists, key));
  const place = group === -1 ? ["settings", key] : ["zip", group, key];
  return {
    text: `${key}=${JSON.stringify(value)}`,
    path: keysOfPath(key) ?? [],
    value: structuredClone(value),
    place: placeIn(yaml, place),
  };
}

/** A path starts at the sweep file; a bare name that is no file there is a recipe of the package. */
async function recipeBeside(recipe: string, file: string): Promise<string> {
  const beside = path.resolve(path.dirname(file), recipe);
  const isName = !/[\\/.]/.test(recipe) && !(await isThere(beside));
  if (isName) return recipe;
  const relative = path.relative("", beside);
  return relative.startsWith("..") ? beside : relative;
}

function seedsOf(seeds: number | readonly number[] | undefined, own: number): readonly number[] {
  if (seeds === undefined) return [own];
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : [...new Set(seeds)];
}

function objectivesOf(
  yaml: YamlFile,
  objectives: Readonly<Record<string, Objective["goal"]>> | undefined,
  { data }: Recipe,
): Objective[] {
  const holdsOut = "validation" in data && data.validation !== undefined && data.validation !== 0;
  const usual = { [holdsOut ? "validationAccuracy" : "testAccuracy"]: "max" } as const;
  const all = Object.entries(objectives ?? usual).map(([name, goal]): Objective => ({ name, goal }));
  if (all.length === 0) {
    throw refusal(yaml, [{ path: ["objectives"], text: "expected at least 1 objective, got none." }]);
  }
  for (const { name } of all) {
    const isAbsent = name === "validationAccuracy" && !holdsOut;
    const text = isAbsent
      ? "expected a recipe that holds samples out, got none. Set data.validation."
      : objectiveProblem(name);
    if (text !== undefined) throw refusal(yaml, [{ path: ["objectives", name], text }]);
  }
  return all;
}

function requireRuns(yaml: YamlFile, { dimensions, seeds, search }: Sweep): void {
  const isGrid = search.type === "grid" || (search.type === "halving" && search.points === undefined);
  const open = dimensions.find(({ values }) => values === undefined);
  if (isGrid && open !== undefined) {
    const text = `expected steps or step for search ${search.type}, which takes every value, got neither.`;
    throw refusal(yaml, [{ path: ["settings", open.paths[0] ?? ""], text }]);
  }
  const points = search.type !== "grid" && search.points !== undefined ? search.points : gridSize(dimensions);
  const runs = points * seeds.length;
  if (runs <= MOST_RUNS) return;
  const text = `expected at most ${MOST_RUNS} runs, got ${runs}. Leave some values out, or take some points by search random.`;
  throw refusal(yaml, [{ path: ["settings"], text }]);
}

/** Every value is tried in the recipe, and every point of a grid that is not large. */
function requireRecipes(yaml: YamlFile, sweep: Sweep): void {
  const { dimensions, search } = sweep;
  const first = Object.assign({}, ...dimensions.map(({ sample }) => sample(0))) as Settings;
  const alone = dimensions.flatMap(({ values, sample }) => values ?? [sample(0), sample(1 - 2 ** -32)]);
  const small = gridSize(dimensions) <= CHECKED_POINTS;
  const points =
    small && search.type === "grid"
      ? Array.from({ length: gridSize(dimensions) }, (_, i) => gridPoint(dimensions, i))
      : [first, ...alone.map((values) => ({ ...first, ...values }))];
  for (const point of points) {
    const { epochs } = sweep.recipe(point, 1);
    if (search.type === "halving") requireRungs(yaml, search.rungs, epochs);
  }
}

function requireRungs(yaml: YamlFile, rungs: readonly number[], epochs: number): void {
  rungs.forEach((rung, i) => {
    const least = (rungs[i - 1] ?? 0) + 1;
    if (rung >= least && rung < epochs) return;
    const text = `expected epochs that grow, from ${least} and below the ${epochs} of the recipe, got ${rung}.`;
    throw refusal(yaml, [{ path: ["search", "rungs", i], text }]);
  });
}

function refusal(yaml: YamlFile, [first, ...others]: readonly Problem[]): RecipeError {
  const at = first?.path ?? [];
  const more = others.length === 0 ? "" : ` (${others.length} more after this one)`;
  const what = at.length === 0 ? "sweep" : pathText(at);
  return new RecipeError(`${placeIn(yaml, at)}: ${what}: ${first?.text ?? "not a sweep"}${more}`);
}
