/** Two trainings never write into one folder. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ended, folder, myelin, readJson, start, TINY, writeRecipe } from "./process.ts";

const LR = ["--set", "optimizer.lr=0.02"];

function learningRates(): unknown[] {
  return ["tiny-3", "tiny-3-2"].map(
    (name) => /\n {2}lr: (.*)\n/.exec(readFileSync(join(folder, "runs", name, "config.yaml"), "utf8"))?.[1],
  );
}

it("of two that begin at once without a name, each gets a folder", async () => {
  const recipe = writeRecipe("tiny.yaml");
  const both = [start(["train", recipe]), start(["train", recipe, ...LR])].map(ended);
  for (const { code, stderr } of await Promise.all(both)) expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readdirSync(join(folder, "runs")).sort()).toEqual(["tiny-3", "tiny-3-2"]);
  expect(learningRates().sort()).toEqual(["0.01", "0.02"]);
});

it("of two that begin at once in the same folder, one is told who holds it", async () => {
  const recipe = writeRecipe("long.yaml", TINY.replace("epochs: 3", "epochs: 12"));
  const args = ["train", recipe, "--out", "same"];
  const results = await Promise.all([start(args), start([...args, ...LR])].map(ended));
  expect(results.map(({ code }) => code).sort()).toEqual([0, 1]);
  const { stderr } = results.find(({ code }) => code === 1)!;
  expect(stderr).toMatch(
    /same: expected a folder (in which nobody trains, got one that process \d+ has held|without a run)/,
  );
  expect(readJson("same/result.json")).toMatchObject({ epochs: 12 });
});

it("a lock whose process is gone does not keep anybody out", async () => {
  const owner = { pid: 2 ** 22 + 1, host: hostname(), started: "1", since: "2026-01-01T00:00:00.000Z" };
  writeFileSync(join(folder, "stale.lock"), JSON.stringify(owner));
  const recipe = writeRecipe("tiny.yaml");
  expect((await myelin(["train", recipe, "--out", "stale", "--set", "epochs=1"])).code).toBe(0);
  expect(readdirSync(folder)).not.toContain("stale.lock");
});
