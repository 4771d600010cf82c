import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Checkpoints } from "./checkpoints.ts";
import { MetricsLog, readMetrics } from "./metrics-log.ts";
import type { TrainingMetrics } from "../records/index.ts";
import { layerActivity } from "./observe/activity.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "myelin-run-"));
});
afterEach(() => rm(folder, { recursive: true }));

const line = (step: number): TrainingMetrics => ({
  ...{ kind: "steps", epoch: 1, step, trainLoss: 1, trainAccuracy: 0.5, lr: 0.1, seconds: 1 },
});

describe("MetricsLog", () => {
  it("adds lines and cuts back to where a checkpoint was", async () => {
    const file = join(folder, "metrics.jsonl");
    const log = new MetricsLog(file);
    await log.rewind(0);
    await log.append(line(1));
    const at = log.bytes;
    await log.append(line(2));
    const resumed = new MetricsLog(file);
    await resumed.rewind(at);
    await resumed.append(line(3));
    expect((await readMetrics(file)).map(({ step }) => step)).toEqual([1, 3]);
  });

  it("refuses a file that is shorter than the checkpoint says", async () => {
    const log = new MetricsLog(join(folder, "metrics.jsonl"));
    await expect(log.rewind(5)).rejects.toThrow("expected at least 5 bytes, as the checkpoint says, got 0.");
  });

  it("names the line that is no JSON", async () => {
    const file = join(folder, "metrics.jsonl");
    await writeFile(file, `${JSON.stringify(line(1))}\n{"st`);
    await expect(readMetrics(file)).rejects.toThrow(`${file}:2: expected a line of JSON, got "{"st".`);
  });
});

describe("Checkpoints", () => {
  const checkpoint = (n: number): { tensors: Uint8Array; state: string } => ({
    tensors: new Uint8Array([n, n]),
    state: `{"n":${n}}`,
  });

  it("gives back the newest and keeps two", async () => {
    const checkpoints = new Checkpoints(folder);
    expect(await checkpoints.latest()).toBeUndefined();
    for (const step of [1, 2, 3]) await checkpoints.save(step, checkpoint(step));
    expect(await checkpoints.latest()).toEqual({ folder: join(folder, "step-00000003"), ...checkpoint(3) });
    expect((await readdir(folder)).sort()).toEqual(["LATEST", "step-00000002", "step-00000003"]);
  });

  it("never touches the checkpoint that LATEST names, not even for the same step", async () => {
    const checkpoints = new Checkpoints(folder);
    await checkpoints.save(2, checkpoint(1));
    await checkpoints.save(2, checkpoint(2));
    expect((await checkpoints.latest())?.state).toBe('{"n":2}');
    expect((await readdir(folder)).sort()).toEqual(["LATEST", "step-00000002", "step-00000002-2"]);
  });

  it("drops later checkpoints of an abandoned run, and what a killed one left", async () => {
    const checkpoints = new Checkpoints(folder);
    await checkpoints.save(5, checkpoint(5));
    await mkdir(join(folder, "step-00000006.tmp"));
    await checkpoints.save(2, checkpoint(2));
    expect((await readdir(folder)).sort()).toEqual(["LATEST", "step-00000002"]);
  });

  it.each(["", "../../etc", "step-1"])("refuses a LATEST that says %j", async (name) => {
    await writeFile(join(folder, "LATEST"), name);
    await expect(new Checkpoints(folder).latest()).rejects.toThrow(
      "LATEST: expected the name of a checkpoint",
    );
  });

  it("says which file of a checkpoint is missing", async () => {
    const checkpoints = new Checkpoints(folder);
    await checkpoints.save(1, checkpoint(1));
    await rm(join(folder, "step-00000001", "state.json"));
    await expect(checkpoints.latest()).rejects.toThrow(
      "state.json: expected a checkpoint, got no such file.",
    );
  });
});

describe("layerActivity", () => {
  // Two steps of three neurons: the first fires twice, the second never, the third once.
  const spikes = Float32Array.of(1, 0, 0, 1, 0, 1);
  const charged = Float32Array.of(1, 0.25, 0.5, 1.5, 0.5, 2);
  const potential = Float32Array.of(0, 0.25, 0.5, 0, 0.5, 0);

  it("keeps spike times and potentials before and after a reset, neurons of different activity first", () => {
    const activity = layerActivity(
      { spikes, charged, potential },
      { steps: 2, rasterNeurons: 8, traceNeurons: 2 },
    );
    expect(activity).toEqual({
      neurons: 3,
      raster: [
        { neuron: 0, spikes: [0, 1] },
        { neuron: 1, spikes: [] },
        { neuron: 2, spikes: [1] },
      ],
      traces: [
        { neuron: 0, potential: [1, 1.5], after: [0, 0] },
        { neuron: 2, potential: [0.5, 2], after: [0.5, 0] },
      ],
    });
  });

  it("draws neurons at even distances when there are too many, and no traces without potentials", () => {
    const activity = layerActivity({ spikes }, { steps: 1, rasterNeurons: 2, traceNeurons: 2 });
    expect(activity.raster.map(({ neuron }) => neuron)).toEqual([0, 3]);
    expect(activity.traces).toEqual([]);
  });
});
