/** `myelin recipes` and `myelin init`; tools/packages tries both as they are installed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, myelin } from "./process.ts";

describe("myelin recipes", () => {
  it("lists every recipe of the package with what it says of itself", async () => {
    const { code, stdout } = await myelin(["recipes", "--json"]);
    const lines = stdout.trim().split("\n");
    const recipes = lines.map((line) => JSON.parse(line) as { name: string; about: string; file: string });
    expect(code).toBe(0);
    const files = readdirSync(join(import.meta.dirname, "../../../recipes"));
    const yaml = files.filter((file) => file.endsWith(".yaml")).sort();
    expect(recipes.map(({ name }) => `${name}.yaml`)).toEqual(yaml);
    expect(recipes.filter(({ about }) => about.length < 30)).toEqual([]);
  });

  it("copies one into a folder or to a file, but over nothing", async () => {
    expect(await myelin(["recipes", "nmnist", "deep/er"])).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "deep/er/nmnist.yaml"), "utf8")).toContain("name: nmnist");
    expect(await myelin(["recipes", "nmnist", "mine.yaml"])).toMatchObject({ code: 0 });
    writeFileSync(join(folder, "mine.yaml"), "mine");
    const { code, stderr } = await myelin(["recipes", "nmnist", "mine.yaml"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("mine.yaml: expected a name that is free")]);
    expect(readFileSync(join(folder, "mine.yaml"), "utf8")).toBe("mine");
  });

  it("names the recipe that was meant", async () => {
    expect((await myelin(["recipes", "quikstart"])).stderr).toContain("Did you mean quickstart?");
    expect((await myelin(["train", "quikstart"])).stderr).toContain("npx myelin train quickstart");
    expect((await myelin(["train", "recipes/nmnist.yaml"])).stderr).toContain("npx myelin train nmnist");
  });
});

describe("myelin init", () => {
  it("writes a project with a recipe", async () => {
    const { code, stdout } = await myelin(["init", "project"]);
    expect(code).toBe(0);
    expect(stdout).toContain("cd project && npm install && npm run train");
    for (const file of [".gitignore", "package.json", "recipe.yaml", "src/loop.ts", "index.html"]) {
      expect(existsSync(join(folder, "project", file)), file).toBe(true);
    }
  });

  it("writes nothing where one of its files is", async () => {
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full/recipe.yaml"), "mine");
    const { code, stderr } = await myelin(["init", "full"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("recipe.yaml: expected a name that is free")]);
    expect(readdirSync(join(folder, "full"))).toEqual(["recipe.yaml"]);
  });
});
