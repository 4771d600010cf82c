/** Turns what zod found wrong into messages for a person, with the place and the likely cure. */
import { nearestName } from "@myelin/core/checks";
import { z } from "zod";
import { plural, shorten } from "../format.ts";
import { recipeSchema } from "./schema.ts";

/** Where a value stands in a recipe. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a recipe. */
export interface Problem {
  readonly path: Path;
  /** `expected <what>, got <value>.`, perhaps with a hint behind it. */
  readonly text: string;
}

/** The few parts of a JSON schema that are needed to find which keys exist where. */
interface SchemaNode {
  readonly properties?: Record<string, SchemaNode>;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly type?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly $defs?: Record<string, SchemaNode>;
}

const root = z.toJSONSchema(recipeSchema, { io: "input", unrepresentable: "any" }) as SchemaNode;

/** `network.layers.2.conv2d`; the recipe itself is "recipe". */
export function pathText(path: Path): string {
  return path.length === 0 ? "recipe" : path.map((key) => shorten(String(key), 60)).join(".");
}

/** The value at `path`, or undefined. */
function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

/** Every problem, unknown keys first: a misspelt key often makes the right one look absent. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], recipe: unknown): Problem[] {
  const problems = issues.flatMap((issue) => describe(issue, issue.path as Path, recipe));
  const unknown = (problem: Problem): number => (problem.text.includes("unknown key") ? 0 : 1);
  return problems.sort((a, b) => unknown(a) - unknown(b));
}

function describe(issue: z.core.$ZodIssue, path: Path, recipe: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(path, key, recipe) }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const inside = issue.errors.flat().find((nested) => nested.path.length > 0);
    if (inside !== undefined) return describe(inside, [...path, ...(inside.path as Path)], recipe);
  }
  if (issue.code === "custom" && issue.params?.["isWhole"] === true) return [{ path, text: issue.message }];
  const got = shown(valueAt(recipe, path));
  const hint = similarValue(issue, recipe, path) || sectionHint(issue, recipe, path);
  return [{ path, text: `expected ${expected(issue)}, got ${got}.${hint}` }];
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeName(issue.expected);
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return issue.errors.length === 0
        ? oneOf(discriminatorOptions(issue))
        : issue.errors.map((branch) => (branch[0] === undefined ? "" : expected(branch[0]))).join(" or ");
    case "too_small":
    case "too_big":
      return limit(issue);
    default:
      return issue.message;
  }
}

function limit(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === "too_small";
  const bound = small ? issue.minimum : issue.maximum;
  if (issue.origin === "string") return "a text that is not empty";
  if (issue.origin === "array")
    return `${small ? "at least" : "at most"} ${plural(Number(bound), "entry", "entries")}`;
  if (small) return issue.inclusive ? `a number of at least ${bound}` : `a number above ${bound}`;
  return issue.inclusive ? `a number of at most ${bound}` : `a number below ${bound}`;
}

function typeName(name: string): string {
  const names: Record<string, string> = {
    int: "a whole number",
    number: "a number",
    string: "a text",
    boolean: "true or false",
    array: "a list",
    tuple: "a list",
    object: "a section with keys",
  };
  return names[name] ?? name;
}

function oneOf(values: readonly unknown[]): string {
  // What may be left away counts as undefined here.
  const named: readonly unknown[] = values.filter((value) => value !== undefined);
  return named.length === 1 ? String(named[0]) : `one of ${named.join(", ")}`;
}

function discriminatorOptions(issue: z.core.$ZodIssueInvalidUnion): readonly unknown[] {
  return "options" in issue && Array.isArray(issue.options) ? issue.options : [];
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  // JSON has no NaN.
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function similarValue(issue: z.core.$ZodIssue, recipe: unknown, path: Path): string {
  const value = valueAt(recipe, path);
  const choices =
    issue.code === "invalid_value"
      ? issue.values
      : issue.code === "invalid_union"
        ? discriminatorOptions(issue)
        : [];
  if (typeof value !== "string") return "";
  const match = nearestName(value, choices.map(String));
  return match === undefined ? "" : ` Did you mean ${match}?`;
}

/** Where a choice was written in place of the section that makes it: `loss: tet`. */
function sectionHint(issue: z.core.$ZodIssue, recipe: unknown, path: Path): string {
  const value = valueAt(recipe, path);
  if (issue.code !== "invalid_type" || typeof value !== "string") return "";
  const nodes = nodesAt(path, undefined);
  const key = DECIDING.find((name) => nodes.some((node) => choices(node, name).includes(value)));
  return key === undefined ? "" : ` Write { ${key}: ${value} }.`;
}

function unknownKey(path: Path, key: string, recipe: unknown): string {
  return `unknown key "${shorten(key, 60)}". ${unknownKeyHint(path, key, recipe)}`;
}

function unknownKeyHint(path: Path, key: string, recipe: unknown): string {
  const owners = sectionsWith(path, key);
  if (owners.length > 0) return `It belongs to ${owners.join(" and ")}.`;
  const keys = keysAt(path, recipe);
  const [longer, ...others] = keys.filter((name) => name.toLowerCase().includes(key.toLowerCase()));
  if (longer !== undefined && others.length === 0) return `Did you mean ${longer}?`;
  const places = placesOf(key);
  const place = places.find((found) => isKnown(found, recipe));
  if (place !== undefined) return `Did you mean ${pathText(place)}?`;
  const match = nearestName(key, keys);
  if (match !== undefined) return `Did you mean ${match}?`;
  const known = keys.length === 0 ? "" : `Known keys: ${keys.join(", ")}.`;
  const [elsewhere] = places;
  if (elsewhere === undefined) return known;
  const section = elsewhere.slice(0, 1);
  const chosen = DECIDING.map((name) => valueAt(recipe, [...section, name])).find(Boolean);
  return `${pathText(elsewhere)} is no key of ${pathText(section)} ${String(chosen)}. ${known}`.trim();
}

/** Whether a recipe that chose what this one does may have a key at `path`. */
function isKnown(path: Path, recipe: unknown): boolean {
  return keysAt(path.slice(0, -1), recipe).includes(String(path.at(-1)));
}

/** Where something has to be chosen: `false` would leave the choice to a default. */
const NEVER_FALSE = new Set(["loss", "frames"]);

/** Takes out sections that are `false`, which means that they are absent; `recipe` is changed. */
export function dropFalseSections(recipe: Record<string, unknown>): void {
  const visit = (section: object, path: Path): void => {
    for (const [key, value] of Object.entries(section)) {
      const name = Array.isArray(section) ? Number(key) : key;
      if (value === false && isOptionalSection(path, name, recipe))
        delete (section as Record<string, unknown>)[key];
      else if (typeof value === "object" && value !== null) visit(value as object, [...path, name]);
    }
  };
  visit(recipe, []);
}

/** Whether a key that may be left out takes a section or a list, and no `false` of its own. */
function isOptionalSection(path: Path, key: string | number, recipe: unknown): boolean {
  if (typeof key === "number" || NEVER_FALSE.has(key)) return false;
  const parents = nodesAt(path, recipe).filter((node) => Object.hasOwn(node.properties ?? {}, key));
  if (parents.length === 0 || parents.some(({ required = [] }) => required.includes(key))) return false;
  const nodes = parents.flatMap((node) => alternatives(node.properties?.[key] ?? {}));
  const takesFalse = nodes.some((node) => node.type === "boolean" || node.const === false);
  return !takesFalse && nodes.some((node) => node.properties !== undefined || node.items !== undefined);
}

/** The path of a key with that name, or one that is spelt nearly so: for options that were meant for a recipe. */
export function findKey(name: string): string | undefined {
  const words = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const [place] = [...placesOf(words), ...placesOf(nearestName(words, keysAt([], undefined)) ?? "")];
  return place && pathText(place);
}

/** Keys whose values decide which other keys there are, the one that decides first. */
const DECIDING = ["type", "splitBy", "name"];

/** The sections that know a key at `path`, such as `type KLIF`, whatever the recipe chose. */
function sectionsWith(path: Path, key: string): string[] {
  const owners = nodesAt(path, undefined).filter((node) => Object.hasOwn(node.properties ?? {}, key));
  return [...new Set(owners.flatMap((node) => sectionName(node) ?? []))];
}

function sectionName(node: SchemaNode): string | undefined {
  const deciding = DECIDING.find((key) => choices(node, key).length > 0);
  return deciding === undefined ? undefined : `${deciding} ${choices(node, deciding).join(", ")}`;
}

/** The values that a key may have, if they are given one by one. */
function choices({ properties }: SchemaNode, key: string): readonly unknown[] {
  const property = properties?.[key];
  return property?.const === undefined ? (property?.enum ?? []) : [property.const];
}

/** The keys that the schema knows at `path`, given what the recipe chose on the way. */
function keysAt(path: Path, recipe: unknown): string[] {
  return [...new Set(nodesAt(path, recipe).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** The schemas that may stand at `path`. */
function nodesAt(path: Path, recipe: unknown): SchemaNode[] {
  let nodes = alternatives(root);
  for (let depth = 0; ; depth++) {
    const here = valueAt(recipe, path.slice(0, depth));
    const chosen = nodes.filter((node) => fits(node, here));
    if (chosen.length > 0) nodes = chosen;
    const key = path[depth];
    if (key === undefined) return nodes;
    nodes = nodes.flatMap((node) => (typeof key === "number" ? node.items : node.properties?.[key]) ?? []);
    nodes = nodes.flatMap(alternatives);
  }
}

function alternatives(node: SchemaNode): SchemaNode[] {
  if (node.$ref !== undefined) {
    const target = root.$defs?.[node.$ref.replace("#/$defs/", "")];
    return target === undefined ? [] : alternatives(target);
  }
  const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return choices.length === 0 ? [node] : choices.flatMap(alternatives);
}

function fits(node: SchemaNode, value: unknown): boolean {
  const deciding = DECIDING.find((key) => choices(node, key).length > 0);
  return deciding !== undefined && choices(node, deciding).includes(valueAt(value, [deciding]));
}

/** How deep keys are looked for. */
const DEPTH = 4;

/** Where a key of that name exists, nearest to the top first: for a key written in the wrong section. */
function placesOf(key: string): Path[] {
  const places: Path[] = [];
  let level: [Path, SchemaNode][] = [[[], root]];
  for (let depth = 0; depth < DEPTH && level.length > 0; depth++) {
    const children = level.flatMap(([path, node]) =>
      alternatives(node).flatMap(({ properties = {} }) =>
        Object.entries(properties).map(([name, child]): [Path, SchemaNode] => [[...path, name], child]),
      ),
    );
    places.push(...children.map(([path]) => path).filter((path) => path.at(-1) === key));
    level = children;
  }
  return places;
}
