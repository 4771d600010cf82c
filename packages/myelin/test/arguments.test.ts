/** Arguments that would change nothing, or are for another command; keys that the network has no use for. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { folder, myelin, TINY, writeRecipe } from "./process.ts";

beforeAll(async () => {
  writeRecipe("tiny.yaml", TINY.replace("epochs: 3", "epochs: 1"));
  const { code } = await myelin(["train", "tiny.yaml", "--out", "good"]);
  expect(code).toBe(0);
});

it.each([
  [["eval", "good", "--epochs", "2"], /unknown option '--epochs'/],
  [["export", "good", "x.safetensors", "--data-dir", "x"], /unknown option '--data-dir'/],
  [["train", "tiny.yaml", "--resume=no"], /Did you mean --resume\?/],
])("%j is not advised to change a recipe", async (args, message) => {
  const { code, stderr } = await myelin(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain("key of the recipe");
});

it.each([
  ["eval", ""],
  ["train", "tiny.yaml", "--out", ""],
  ["data", "info", ""],
])("%j has no path", async (...args) => {
  const { code, stderr } = await myelin(args);
  expect(code).toBe(2);
  expect(stderr).toContain("Expected a path.");
});

it.each([
  [["fsdd", "ears"], "data convert fsdd: expected no target with it, got ears."],
  [["fsdd", "--limit", "3"], "data convert fsdd: expected no --limit with it, got 3."],
  [["a.raw", "b.mev", "--seed", "3"], "data convert a.raw: expected no --seed with it, got 3."],
  [["a.raw", "b.mev"], "expected a readable file at a.raw, got no such file."],
])("data convert %j", async (args, message) => {
  const { code, stderr } = await myelin(["data", "convert", ...args]);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

it("~ is the home folder also behind an equals sign", async () => {
  const args = ["train", "tiny.yaml", "--out=~/run"];
  const { code } = await myelin(args, { HOME: join(folder, "home"), USERPROFILE: join(folder, "home") });
  expect(code).toBe(0);
  expect(existsSync(join(folder, "home/run/result.json"))).toBe(true);
});

it.each([
  [
    "mnist-events",
    /eval --data: expected data of the kind .*\(mnist, fashion-mnist, cifar10\), got "mnist-events"/,
  ],
  ["event-folder", /got "event-folder"/],
  ["MNIST", /got "MNIST"\. Did you mean mnist\?/],
])("eval --data %s", async (data, message) => {
  const { code, stderr } = await myelin(["eval", "good", "--data", data]);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

it.each([
  ["delays={ sigmaInit: 3 }", "warning: delays: expected a network with learnable delays, got one without."],
  ["optimizer.positions={ lr: 1 }", "warning: optimizer.positions: expected a network with learnable delays"],
  ["network.neuron.type=LIF", undefined],
])("%s is said to change nothing", async (change, warning) => {
  const { code, stdout } = await myelin([
    "train",
    "tiny.yaml",
    "--set",
    change,
    "--out",
    `unused-${change[0]}`,
  ]);
  rmSync(join(folder, `unused-${change[0]}`), { recursive: true });
  expect(code).toBe(0);
  if (warning === undefined) expect(stdout).not.toContain("changes nothing");
  else expect(stdout).toContain(warning);
});

it("weights for another number of classes are refused before anything is written", async () => {
  const loss = "loss={ type: rateCrossEntropy, weight: [1, 2, 3] }";
  const { code, stderr } = await myelin(["train", "tiny.yaml", "--set", loss, "--out", "weights"]);
  expect(code).toBe(1);
  expect(stderr).toContain("loss.weight: expected 10 numbers, one for each class, got 3.");
  expect(existsSync(join(folder, "weights"))).toBe(false);
});

it("a run whose LATEST is gone goes on from its last checkpoint", async () => {
  const checkpoints = join(folder, "good/checkpoints");
  renameSync(join(checkpoints, "LATEST"), join(folder, "LATEST"));
  const { code, stdout } = await myelin(["eval", "good"]);
  renameSync(join(folder, "LATEST"), join(checkpoints, "LATEST"));
  expect(code).toBe(0);
  const last =
    readdirSync(checkpoints)
      .filter((name) => name.startsWith("step-"))
      .sort()
      .at(-1) ?? "";
  expect(stdout).toContain(last);
});

it("--json leaves stdout to one object, also while progress is shown", async () => {
  const args = ["data", "convert", "mnist", "seen", "--to", "events", "--limit", "2", "--json"];
  const { code, stdout, stderr } = await myelin(args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ folder: "seen", train: 2, test: 2 });
  expect(stderr).toContain("mnist train: 100 %");
});
