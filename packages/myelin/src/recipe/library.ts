/** The recipes that come with the package: found by name alone, listed and copied. */
import { nearestName } from "@myelin/core/checks";
import { isThere } from "@myelin/data/files";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { RecipeError } from "./recipe-error.ts";

/** A recipe of the package. */
export interface PackagedRecipe {
  readonly name: string;
  readonly file: string;
  /** What it says of itself: the first paragraph of the comment at its top. */
  readonly about: string;
}

/** The recipes of the package, by name. */
export async function packagedRecipes(): Promise<PackagedRecipe[]> {
  const folder = await recipesFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { name: path.basename(name, ".yaml"), file, about: aboutOf(await readFile(file, "utf8")) };
    }),
  );
}

/** @throws RecipeError for a name that no recipe of the package has, with the nearest one */
export async function packagedRecipe(name: string): Promise<PackagedRecipe> {
  const recipes = await packagedRecipes();
  const found = recipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const near = nearestName(
    name,
    recipes.map((recipe) => recipe.name),
  );
  const hint = near === undefined ? "List them with: npx myelin recipes" : `Did you mean ${near}?`;
  throw new RecipeError(`recipes: expected the name of a recipe, got "${name}". ${hint}`);
}

/** The file that `text` means: a path to what is there, or the name of a recipe of the package; else `text` itself. */
export async function recipeFile(text: string): Promise<string> {
  if (/[\\/.]/.test(text) || (await isThere(text))) return text;
  const recipes = await packagedRecipes();
  return recipes.find(({ name }) => name === text)?.file ?? text;
}

/** Inside the package; in the repository all packages share one folder. */
async function recipesFolder(): Promise<string> {
  const own = fileURLToPath(new URL("../../recipes/", import.meta.url));
  return (await isThere(own)) ? own : fileURLToPath(new URL("../../../../recipes/", import.meta.url));
}

function aboutOf(text: string): string {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^#\s*\S/.test(line));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^#\s*/, ""))
    .join(" ");
}
