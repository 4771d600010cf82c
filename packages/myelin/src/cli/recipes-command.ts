import { makeFolder, replaceFile } from "@myelin/data/files";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { packagedRecipe, packagedRecipes } from "../recipe/index.ts";
import { requireFree } from "./require-free.ts";

/** `myelin recipes`: the recipes that come with the package, and what each is. */
export async function listRecipes({ json }: { readonly json: boolean }): Promise<void> {
  const recipes = await packagedRecipes();
  const width = Math.max(...recipes.map(({ name }) => name.length));
  const lines = recipes.map(({ name, file, about }) =>
    json ? JSON.stringify({ name, about, file }) : `${name.padEnd(width)}  ${about}`,
  );
  if (!json)
    lines.push("", "Train one with: npx myelin train NAME", "Copy one with:  npx myelin recipes NAME [FILE]");
  process.stdout.write(`${lines.join("\n")}\n`);
}

/**
 * `myelin recipes NAME [TARGET]`: copies a recipe into a folder, or to a file.
 *
 * @throws MyelinError if there is such a file already
 */
export async function copyRecipe(name: string, target = "."): Promise<void> {
  const { file } = await packagedRecipe(name);
  const copy = /\.ya?ml$/.test(target) ? target : path.join(target, `${name}.yaml`);
  await requireFree(copy);
  await makeFolder(path.dirname(copy));
  await replaceFile(copy, await readFile(file));
  process.stdout.write(`${copy}\nTrain it with: npx myelin train ${copy}\n`);
}
