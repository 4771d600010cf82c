/** Turns what zod found wrong into messages for a person, with the place and the likely cure. */
import { nearestName } from "@myelin/core/checks";
import type { z } from "zod";
import { plural, shorten } from "../format.ts";
import type { RecipeKeys } from "./keys.ts";
import { pathText, type Path, valueAt } from "./path.ts";

/** One thing that is wrong with a recipe. */
export interface Problem {
  readonly path: Path;
  /** `expected <what>, got <value>.`, perhaps with a hint behind it. */
  readonly text: string;
}

/** Every problem, unknown keys first: a misspelt key often makes the right one look absent. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  recipe: unknown,
  keys: RecipeKeys,
): Problem[] {
  const problems = issues.flatMap((issue) => describe(issue, issue.path as Path, recipe, keys));
  const unknown = (problem: Problem): number => (problem.text.includes("unknown key") ? 0 : 1);
  return problems.sort((a, b) => unknown(a) - unknown(b));
}

function describe(issue: z.core.$ZodIssue, path: Path, recipe: unknown, keys: RecipeKeys): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(path, key, recipe, keys) }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const inside = issue.errors.flat().find((nested) => nested.path.length > 0);
    if (inside !== undefined) return describe(inside, [...path, ...(inside.path as Path)], recipe, keys);
  }
  if (issue.code === "custom" && issue.params?.["isWhole"] === true) return [{ path, text: issue.message }];
  const got = shown(valueAt(recipe, path));
  const hint = similarValue(issue, recipe, path) || sectionHint(issue, recipe, path, keys);
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
function sectionHint(issue: z.core.$ZodIssue, recipe: unknown, path: Path, keys: RecipeKeys): string {
  const value = valueAt(recipe, path);
  if (issue.code !== "invalid_type" || typeof value !== "string") return "";
  const key = keys.decidingKey(path, value);
  return key === undefined ? "" : ` Write { ${key}: ${value} }.`;
}

function unknownKey(path: Path, key: string, recipe: unknown, keys: RecipeKeys): string {
  return `unknown key "${shorten(key, 60)}". ${unknownKeyHint(path, key, recipe, keys)}`;
}

function unknownKeyHint(path: Path, key: string, recipe: unknown, keys: RecipeKeys): string {
  const owners = keys.sectionsWith(path, key);
  if (owners.length > 0) return `It belongs to ${owners.join(" and ")}.`;
  const names = keys.keysAt(path, recipe);
  const [longer, ...others] = names.filter((name) => name.toLowerCase().includes(key.toLowerCase()));
  if (longer !== undefined && others.length === 0) return `Did you mean ${longer}?`;
  const places = keys.placesOf(key);
  const place = places.find((found) => isKnown(found, recipe, keys));
  if (place !== undefined) return `Did you mean ${pathText(place)}?`;
  const match = nearestName(key, names);
  if (match !== undefined) return `Did you mean ${match}?`;
  const known = names.length === 0 ? "" : `Known keys: ${names.join(", ")}.`;
  const [elsewhere] = places;
  if (elsewhere === undefined) return known;
  const section = elsewhere.slice(0, 1);
  const chosen = keys.choiceAt(section, recipe);
  return `${pathText(elsewhere)} is no key of ${pathText(section)} ${chosen}. ${known}`.trim();
}

/** Whether a recipe that chose what this one does may have a key at `path`. */
function isKnown(path: Path, recipe: unknown, keys: RecipeKeys): boolean {
  return keys.keysAt(path.slice(0, -1), recipe).includes(String(path.at(-1)));
}
