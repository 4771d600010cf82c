/** The pictures of the lessons: there, small, shown, and what their programs draw. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../lib/packages.mjs";
import { PICTURES } from "../pictures/index.ts";
import { repositoryFiles } from "./source-files.ts";

const files = repositoryFiles(/^docs\/lessons\/pictures\//);
const lessons = repositoryFiles(/^docs\/lessons\/.+\.md$/)
  .map(({ text }) => text)
  .join("");

describe("pictures of the lessons", () => {
  it("are those that npm run pictures draws", () => {
    const names = files.map((file) => path.basename(file.path, ".svg"));
    expect(names.sort()).toEqual(PICTURES.map(({ name }) => name).sort());
  });

  it.each(PICTURES.map(({ name }) => name))("%s is small and shown", (name) => {
    const text = readFileSync(path.join(root, `docs/lessons/pictures/${name}.svg`), "utf8");
    expect(text.length).toBeLessThan(60_000);
    expect(text).not.toContain("var(");
    expect(lessons).toContain(`](pictures/${name}.svg)`);
  });

  it.each(PICTURES.filter(({ cost }) => cost === "quick"))(
    "$name is drawn to the same bytes",
    async (picture) => {
      const file = path.join(root, `docs/lessons/pictures/${picture.name}.svg`);
      expect(await picture.draw()).toBe(readFileSync(file, "utf8"));
    },
  );
});
