import { loadRun } from "@myelin/core";
import { loadDataset } from "@myelin/data";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { ended, folder, myelin, readJson, readLines, start, writeRecipe, type Ended } from "./process.ts";

/** Times and numbers of threads may differ from run to run; nothing else may. */
function timeless(lines: Record<string, unknown>[]): Record<string, unknown>[] {
  return lines.map(({ seconds: _, trainSamplesPerSecond: __, backend: ___, ...line }) => line);
}

function newestWeights(run: string): Buffer {
  const checkpoints = join(folder, run, "checkpoints");
  const name = readFileSync(join(checkpoints, "LATEST"), "utf8").trim();
  return readFileSync(join(checkpoints, name, "model.safetensors"));
}

function expectSameRun(run: string): void {
  expect(timeless(readLines(run, "metrics.jsonl"))).toEqual(timeless(readLines("whole", "metrics.jsonl")));
  expect(newestWeights(run).equals(newestWeights("whole"))).toBe(true);
  const [a, b] = [run, "whole"].map((name) => timeless([readJson(name, "result.json")]));
  expect(a).toEqual(b);
}

/** Waits until the run has checkpointed and gone on for a while. */
async function midway(run: string, lines: number): Promise<void> {
  const file = join(folder, run, "metrics.jsonl");
  for (;;) {
    const written = existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
    if (written >= lines && existsSync(join(folder, run, "checkpoints", "LATEST"))) return;
    await setTimeout(5);
  }
}

let whole: Ended;
beforeAll(async () => {
  writeRecipe("tiny.yaml");
  whole = await myelin(["train", "tiny.yaml", "--out", "whole"]);
});

describe("myelin train", () => {
  it("writes the run folder and says how it went", () => {
    expect(whole).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(join(folder, "whole")).sort()).toEqual([
      ...[
        "checkpoints",
        "config.yaml",
        "confusion.json",
        "metrics.csv",
        "metrics.jsonl",
        "network.myelin",
        "report.html",
        "result.json",
        "sample.json",
        "task.json",
      ],
    ]);
    expect(readdirSync(join(folder, "whole", "checkpoints")).sort()).toEqual([
      ...["LATEST", "step-00000024", "step-00000036"],
    ]);
    expect(whole.stdout).toMatch(/epoch 3\/3 {2}loss \d\.\d+ {2}training [\d.]+ % {2}validation [\d.]+ %/);
    expect(whole.stdout).toMatch(/test accuracy \(first 300 of 10,000\) [\d.]+ % after 3 epochs/);
  });

  it("leaves a run that opens, with the accuracy that it has", async () => {
    const run = await loadRun(join(folder, "whole"));
    const { images, labels } = await loadDataset("mnist", { split: "test" });
    const sample = (i: number) => images.subarray(784 * i, 784 * (i + 1));
    let right = 0;
    for (let batch = 0; batch < 15; batch++) {
      const places = Array.from({ length: 20 }, (_, i) => 20 * batch + i);
      const found = await run.predictBatch(places.map(sample), batch);
      right += found.filter((prediction, i) => prediction.class === labels[places[i]!]).length;
    }
    const { testAccuracy } = readJson("whole", "result.json");
    expect(right / 300).toBe(testAccuracy);
    expect(run.description.training).toMatchObject({ name: "tiny", epochs: 3, testAccuracy });
    const expected = [await run.predict(sample(0)), await run.predict(sample(1))];
    await run.dispose();
    const head = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28];
    writeFileSync(join(folder, "two.idx"), Uint8Array.from([...head, ...sample(0), ...sample(1)]));
    const { stdout, stderr } = await myelin(["predict", "whole", "two.idx", "--json"]);
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { class: number }).class)).toEqual(
      expected.map((prediction) => prediction.class),
    );
  });

  it("says which layers are silent", async () => {
    const options = ["--set", "network.neuron.vThreshold=1000", "--set", "epochs=1", "--out", "silent"];
    const { stdout } = await myelin(["train", "tiny.yaml", ...options]);
    expect(stdout).toMatch(/^warning: .* got none from neuron1, neuron2\. .*decayInput: false/m);
    expect(whole.stdout).toMatch(/^epoch 3.*\ntest accuracy/m);
  });

  it("writes a line per epoch and every few steps", () => {
    const lines = readLines("whole", "metrics.jsonl");
    expect(lines.map(({ kind, step }) => `${String(kind)} ${String(step)}`)).toEqual([
      ...["steps 4", "steps 8", "steps 12", "epoch 12", "steps 16", "steps 20", "steps 24", "epoch 24"],
      ...["steps 28", "steps 32", "steps 36", "epoch 36"],
    ]);
    const epoch = lines.at(-1);
    expect(epoch).toMatchObject({ epoch: 3, k: { neuron1: expect.any(Number) as number } });
    for (const key of [
      "trainLoss",
      "trainAccuracy",
      "validationAccuracy",
      "validationLoss",
      "lr",
      "seconds",
    ]) {
      expect(epoch?.[key]).toEqual(expect.any(Number));
    }
    const mean = (key: string): number =>
      lines.slice(0, 3).reduce((sum, line) => sum + Number(line[key]), 0) / 3;
    expect(mean("trainLoss")).toBeCloseTo(Number(lines[3]?.["trainLoss"]), 2);
    expect(mean("trainAccuracy")).toBeCloseTo(Number(lines[3]?.["trainAccuracy"]), 2);
  });

  it("writes the result with everything the contract names", () => {
    const result = readJson("whole", "result.json");
    expect(result).toMatchObject({ epochs: 3, seed: 3, parameters: 784 * 24 + 24 + 24 * 10 + 10 + 2 });
    expect(result["activeParameters"]).toBe(result["parameters"]);
    expect(result["testAccuracy"]).toBeGreaterThan(0.2);
    expect(result["testAccuracy"]).toBeLessThanOrEqual(1);
    expect(result["firingRate"]).toEqual({
      mean: expect.any(Number) as number,
      layers: { neuron1: expect.any(Number) as number, neuron2: expect.any(Number) as number },
    });
    expect(result["trainSamplesPerSecond"]).toBeGreaterThan(0);
  });

  it("gives the same bits again from its own config.yaml, with another number of threads", async () => {
    const { code } = await myelin(["train", "whole/config.yaml", "--out", "again", "--threads", "1"]);
    expect(code).toBe(0);
    expectSameRun("again");
  });

  it("prints JSON lines only with --json, and picks free folders below runs/", async () => {
    const args = ["train", "tiny.yaml", "--json", "--set", "epochs=1", "--seed", "9"];
    const first = await myelin(args);
    const second = await myelin(args);
    const lines = first.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ kind }) => kind)).toEqual(["start", "epoch", "result"]);
    expect(lines.at(-1)).toMatchObject({ folder: "runs/tiny-9", seed: 9, epochs: 1 });
    expect(second.stdout).toContain('"folder":"runs/tiny-9-2"');
  });
});

describe("myelin train --resume", () => {
  const often = ["--set", "checkpoint.everySeconds=0.001"];

  it("continues bit for bit after kill -9, time and again", async () => {
    const begin = start(["train", "tiny.yaml", ...often, "--out", "killed"]);
    await midway("killed", 2);
    begin.kill("SIGKILL");
    expect(await ended(begin)).toMatchObject({ signal: "SIGKILL" });
    const again = start(["train", "tiny.yaml", ...often, "--out", "killed", "--resume"]);
    await midway("killed", 7);
    again.kill("SIGKILL");
    await ended(again);
    const last = await myelin(["train", "tiny.yaml", "--out", "killed", "--resume"]);
    expect(last.stdout).toMatch(/going on at step \d+/);
    expect(last.code).toBe(0);
    expectSameRun("killed");
  });

  it("goes on after SIGINT, which saves, says how and exits with 130", async () => {
    const child = start(["train", "tiny.yaml", "--out", "stopped"]);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGINT");
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(stdout).toContain(
      "Saved. Go on with: npx myelin train stopped/config.yaml --out stopped --resume",
    );
    expect(existsSync(join(folder, "stopped", "result.json"))).toBe(false);
    expect((await myelin(["train", "stopped/config.yaml", "--out", "stopped", "--resume"])).code).toBe(0);
    expectSameRun("stopped");
  });

  it("ends at once at the second SIGINT", async () => {
    const child = start(["train", "tiny.yaml", "--set", "epochs=1000", "--out", "twice"]);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGINT");
    child.kill("SIGINT");
    const { code, signal } = await end;
    expect([code, signal]).toEqual([130, null]);
  });

  it("shows the result again when nothing is left to do", async () => {
    const { code, stdout } = await myelin(["train", "tiny.yaml", "--out", "whole", "--resume"]);
    expect(code).toBe(0);
    expect(stdout).toContain("whole is finished already.");
  });

  it("writes the result of a run that was cut off after its last epoch", async () => {
    cpSync(join(folder, "whole"), join(folder, "cut"), { recursive: true });
    rmSync(join(folder, "cut", "result.json"));
    expect((await myelin(["train", "tiny.yaml", "--out", "cut", "--resume"])).code).toBe(0);
    expectSameRun("cut");
  });
});

describe("myelin eval", () => {
  it("gets the accuracy of the result", async () => {
    const { code, stdout } = await myelin(["eval", "whole", "--json"]);
    const { testAccuracy, testLoss, firingRate } = readJson("whole", "result.json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ data: "mnist", accuracy: testAccuracy, loss: testLoss, samples: 300, firingRate },
    });
  });
});
