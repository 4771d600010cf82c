/** A run goes on from its own checkpoints, metrics and result alone. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { folder, myelin, TINY, writeRecipe } from "./process.ts";

const RUNS: Readonly<Record<string, string>> = {
  mine: TINY,
  seed: TINY.replace("seed: 3", "seed: 4"),
  rate: TINY.replace("lr: 0.01,", "lr: 0.02,"),
  wider: TINY.replace("hidden: [24]", "hidden: [25]"),
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(RUNS)) {
    const recipe = writeRecipe(`${name}.yaml`, text);
    expect((await myelin(["train", recipe, "--out", name])).code).toBe(0);
  }
}, 60_000);

/** A copy of the run `mine` without its result, as if it had been ended before. */
function copy(name: string): string {
  rmSync(join(folder, name), { recursive: true, force: true });
  cpSync(join(folder, "mine"), join(folder, name), { recursive: true });
  rmSync(join(folder, name, "result.json"));
  return name;
}

function checkpoints(run: string): string {
  return join(folder, run, "checkpoints");
}

function resume(run: string): ReturnType<typeof myelin> {
  return myelin(["train", "mine.yaml", "--out", run, "--resume"]);
}

it.each([
  ["seed", /mixed.step-\d+: expected a checkpoint of the run in config.yaml \(seed 3\), got one of seed 4/],
  ["rate", /expected a checkpoint of the run in config.yaml \(seed 3\), got one of another recipe/],
  ["wider", /expected the tensors of this network, got different: .*another network/],
])("one of another run (%s) is refused, also by eval and export", async (other, message) => {
  const run = copy("mixed");
  rmSync(checkpoints(run), { recursive: true });
  cpSync(checkpoints(other), checkpoints(run), { recursive: true });
  for (const command of [resume(run), myelin(["eval", run]), myelin(["export", run, "x.safetensors"])]) {
    const { code, stderr } = await command;
    expect(code).toBe(1);
    expect(stderr.replace("/checkpoints/", ".")).toMatch(message);
  }
});

it.each(["model.safetensors", "state.json"])("its %s of another epoch is refused", async (file) => {
  const run = copy("halves");
  const [first, last] = readdirSync(checkpoints(run)).filter((name) => name.startsWith("step-"));
  cpSync(join(checkpoints(run), first!, file), join(checkpoints(run), last!, file));
  const { code, stderr } = await resume(run);
  expect(code).toBe(1);
  expect(stderr).toMatch(/come from different checkpoints/);
});

it("an earlier one of the same run is taken", async () => {
  const run = copy("back");
  const first = readdirSync(checkpoints(run)).find((name) => name.startsWith("step-"))!;
  writeFileSync(join(checkpoints(run), "LATEST"), first);
  expect((await resume(run)).code).toBe(0);
  const weights = (name: string): Buffer => {
    const latest = readFileSync(join(checkpoints(name), "LATEST"), "utf8").trim();
    return readFileSync(join(checkpoints(name), latest, "model.safetensors"));
  };
  expect(weights(run).equals(weights("mine"))).toBe(true);
});

it("does not go with a metrics.jsonl of another length", async () => {
  const run = copy("metrics");
  const file = join(folder, run, "metrics.jsonl");
  const lines = readFileSync(file, "utf8").split("\n");
  const longer = lines.map((line, i) =>
    i === 0 ? line.replace("{", `{"more":"${"x".repeat(1000)}",`) : line,
  );
  writeFileSync(file, longer.join("\n"));
  const { code, stderr } = await resume(run);
  expect(code).toBe(1);
  expect(stderr).toMatch(/metrics/);
});

it.each(["seed", "rate"])("does not go with the result of another run: %s", async (other) => {
  const run = copy("result");
  cpSync(join(folder, other, "result.json"), join(folder, run, "result.json"));
  for (const { code, stdout, stderr } of [await resume(run), await myelin(["report", run])]) {
    expect(code).toBe(1);
    expect(stdout).not.toContain("accuracy");
    expect(stderr).toMatch(/result\.json: expected the result of the run in config\.yaml \(seed 3\)/);
  }
  rmSync(join(folder, run, "result.json"));
  expect((await resume(run)).code).toBe(0);
});

it("of a run whose config.yaml was changed is refused", async () => {
  const run = copy("changed");
  const config = join(folder, run, "config.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("seed: 3", "seed: 5"));
  const { stderr } = await myelin(["train", config, "--out", run, "--resume"]);
  expect(stderr).toMatch(/expected a checkpoint of the run in config.yaml \(seed 5\), got one of seed 3/);
});

it("does not go with metrics that cannot be read", async () => {
  const run = copy("unreadable");
  rmSync(join(folder, run, "metrics.jsonl"));
  mkdirSync(join(folder, run, "metrics.jsonl"));
  for (const { code, stderr } of [await resume(run), await myelin(["report", run])]) {
    expect(code).toBe(1);
    expect(stderr).toMatch(/metrics\.jsonl: expected the metrics of a run, got a folder\./);
  }
});
