/** More epochs than were planned: never by stretching a schedule, and said in config.yaml. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folder, myelin, readJson, readLines, TINY, writeRecipe } from "./process.ts";

const file = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");

function weights(run: string): string {
  const checkpoints = join(folder, run, "checkpoints");
  const newest = readdirSync(checkpoints)
    .filter((name) => name.startsWith("step-"))
    .sort()
    .at(-1);
  return readFileSync(join(checkpoints, newest, "model.safetensors")).toString("base64");
}

const resume = (...more: string[]) => myelin(["train", "two.yaml", "--out", "run", "--resume", ...more]);

describe("myelin train --resume --extend", () => {
  beforeAll(async () => {
    writeRecipe("two.yaml", TINY.replace("epochs: 3", "epochs: 2"));
    expect((await myelin(["train", "two.yaml", "--out", "run"])).code).toBe(0);
  });

  it("is the way out when epochs are refused, which leaves the run alone", async () => {
    const before = file("run", "config.yaml");
    const refused = await resume("--set", "epochs=3");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Go on with --resume --extend 3 and the old recipe");
    expect(file("run", "config.yaml")).toBe(before);
  });

  it("keeps what was planned, adds the rest, and says both; the same from the start gives the same bits", async () => {
    const lines = readLines("run", "metrics.jsonl").length;
    const extended = await resume("--extend", "3", "--extend-lr", "0.001");
    expect(extended).toMatchObject({ code: 0, stderr: "" });
    expect(extended.stdout).toMatch(/epoch 3\/3 .*\n.*after 3 epochs/);
    expect(file("run", "config.yaml")).toMatch(
      /^epochs: 2\n(.*\n)*extensions:\n {2}- epochs: 1\n {4}lr: 0\.001\n/m,
    );
    expect(readJson("run", "result.json")).toMatchObject({ epochs: 3 });
    const added = readLines("run", "metrics.jsonl").slice(lines);
    expect(added.map(({ lr }) => lr)).toEqual(added.map(() => 0.001));

    expect((await resume("--extend", "3", "--extend-lr", "0.001")).stdout).toContain(
      "run is finished already.",
    );
    expect((await myelin(["train", "run/config.yaml", "--out", "again"])).code).toBe(0);
    expect(weights("again")).toBe(weights("run"));
  });

  it.each([
    [["train", "two.yaml", "--out", "new", "--extend", "3"], /--extend: expected --resume with it/],
    [
      ["train", "two.yaml", "--out", "run", "--resume", "--extend-lr", "1"],
      /--extend-lr 1: expected --extend with it/,
    ],
    [["train", "two.yaml", "--out", "run", "--resume", "--backend", "reference"], /finished already/],
  ])("myelin %j", async (args, message) => {
    const { stdout, stderr } = await myelin(args);
    expect(stdout + stderr).toMatch(message);
  });
});

it("goes on with the backend and the data that a run was begun with", async () => {
  const go = (...more: string[]) =>
    myelin(["train", "two.yaml", "--out", "origin", "--resume", "--extend", "3", ...more]);
  expect((await myelin(["train", "two.yaml", "--out", "origin"])).code).toBe(0);
  expect((await go("--backend", "reference")).stderr).toMatch(
    /--resume: expected the backend wasm, with which the run was begun, got reference\./,
  );
  expect((await go()).code).toBe(0);
});
