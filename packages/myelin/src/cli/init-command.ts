import { makeFolder, replaceFile } from "@myelin/data/files";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packagedRecipe } from "../recipe/index.ts";
import { requireFree } from "./require-free.ts";

const TEMPLATE = fileURLToPath(new URL("../../templates/project/", import.meta.url));
/** npm leaves files of this name out of packages, so that the template has it without its dot. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

/**
 * `myelin init [FOLDER]`: a project with a recipe, a training loop in TypeScript and a page.
 *
 * @throws MyelinError if one of its files is there already: none is written then
 */
export async function initProject(folder = "."): Promise<void> {
  const files = await projectFiles();
  for (const name of files.keys()) await requireFree(path.join(folder, name));
  for (const [name, contents] of files) {
    const file = path.join(folder, name);
    await makeFolder(path.dirname(file));
    await replaceFile(file, contents);
    process.stdout.write(`${file}\n`);
  }
  const enter = path.relative(".", folder) === "" ? "" : `cd ${folder} && `;
  process.stdout.write(`Go on with: ${enter}npm install && npm run train\n`);
}

/** The files of a project, by their paths in it. */
async function projectFiles(): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(TEMPLATE, { recursive: true, withFileTypes: true });
  const files = new Map<string, Uint8Array>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(TEMPLATE, file);
    files.set(RENAMED[name] ?? name, await readFile(file));
  }
  const quickstart = await packagedRecipe("quickstart");
  return files.set("recipe.yaml", await readFile(quickstart.file));
}
