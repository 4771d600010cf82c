/** Runs with delays and with a sparse structure go on bit for bit after a kill, schedules and pictures included. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ended, folder, myelin, readJson, readLines, start, writeRecipe } from "./process.ts";

const RECIPE = `name: methods
seed: 3
threads: 2
data: { name: mnist, limit: 120, limitTest: 120, validation: 0.2 }
encoder: { type: poisson }
timeSteps: 6
network: { type: delay-net, neuron: { type: KLIF }, hidden: [16, 16], dropout: 0.2, maxDelay: 5 }
delays: { sigmaInit: 2, fraction: 0.5 }
loss: { type: sumSoftmaxCrossEntropy }
optimizer:
  type: adam
  lr: 0.01
  weightDecay: 0.0001
  decayNorm: false
  schedule: { type: oneCycle, every: epoch }
  positions: { lr: 0.1, schedule: { type: cosine, every: step } }
epochs: 3
batchSize: 20
report: { everySteps: 2 }
`;

const METHODS: readonly [string, string][] = [
  ["delays", ""],
  ["a structure", "structure: { density: 0.3, prune: magnitude, grow: gradient, updateInterval: 3 }\n"],
];

/** Everything that a run leaves, without times. */
function remains(run: string): unknown {
  const timeless = ({
    seconds: _,
    trainSamplesPerSecond: __,
    peakMemoryBytes: ___,
    checkpointBytes: ____,
    ...line
  }: Record<string, unknown>): Record<string, unknown> => line;
  const checkpoints = join(folder, run, "checkpoints");
  const newest = readFileSync(join(checkpoints, "LATEST"), "utf8").trim();
  return {
    metrics: readLines(run, "metrics.jsonl").map(timeless),
    result: timeless(readJson(run, "result.json")),
    pictures: readJson(run, "pictures.json"),
    weights: readFileSync(join(checkpoints, newest, "model.safetensors")).toString("base64"),
  };
}

async function linesOf(run: string, count: number): Promise<void> {
  const file = join(folder, run, "metrics.jsonl");
  const written = (): number => (existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0);
  while (written() < count || !existsSync(join(folder, run, "checkpoints", "LATEST"))) await setTimeout(5);
}

describe.each(METHODS)("a run with %s", (name, section) => {
  it("goes on bit for bit after kill -9 within an epoch", async () => {
    const recipe = writeRecipe(`${name}.yaml`, RECIPE + section);
    expect(await myelin(["train", recipe, "--out", `${name}-whole`])).toMatchObject({ code: 0, stderr: "" });
    const often = ["--set", "checkpoint.everySeconds=0.001", "--out", `${name}-killed`];
    const child = start(["train", recipe, ...often]);
    await linesOf(`${name}-killed`, 5);
    child.kill("SIGKILL");
    await ended(child);
    const again = await myelin(["train", recipe, "--out", `${name}-killed`, "--resume"]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(/going on at step \d+/);
    expect(remains(`${name}-killed`)).toEqual(remains(`${name}-whole`));
  }, 90_000);
});
