/** What `--log tensorboard` leaves for TensorBoard, whose own reader was tried: exchange/test/fixtures/read-events.py. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createEngine, DelayLinear, LIF, Linear, Sequential } from "@myelin/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EventLog } from "./event-log.ts";
import { RunFolder } from "./folder.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), "myelin-events-"))));
afterAll(() => rm(folder, { recursive: true }));

const TAG = /learning rate|(?:loss|accuracy|rates?|sigma|learned|weights|delays|raster)\/[a-zA-Z0-9./]+/g;

/** The tags of a file, in order, each once. */
function tagsOf(file: Buffer): string[] {
  const tags: string[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const text = file.subarray(at + 12, at + 12 + length).toString("latin1");
    tags.push(...[...text.matchAll(TAG)].map(([tag]) => tag));
    at += length + 16;
  }
  return [...new Set(tags)];
}

test("a run's events are curves, histograms of weights, delays and rates, and rasters", async () => {
  await createEngine({ backend: "reference" });
  const network = new Sequential({
    fc: new Linear(3, 2),
    late: new DelayLinear(2, 2, { maxDelay: 3 }),
    lif: new LIF(),
  });
  const log = await EventLog.begin(new RunFolder(folder));
  await log.line({
    ...{ epoch: 1, step: 4, trainLoss: 0.5, trainAccuracy: 0.9, testLoss: 0.6, testAccuracy: 0.8, lr: 0.1 },
    ...{ firingRate: { mean: 0.1, layers: { lif: 0.1 } }, sigma: { late: 0.5 }, trainSamplesPerSecond: 9 },
    ...{ learned: { beta: { lif: { mean: 0.2, least: 0.1, largest: 0.3 } } } },
  } as never);
  await log.parameters(4, network);
  const raster = [0, 1].map((neuron) => ({ neuron, spikes: [neuron, 2] }));
  await log.activity(4, 5, [{ name: "lif", raster }] as never);
  const names = await readdir(folder);
  expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d+\.myelin$/)]);
  const file = await readFile(path.join(folder, names[0]!));
  expect(tagsOf(file)).toEqual([
    ...["loss/train", "loss/test", "accuracy/train", "accuracy/test", "learning rate"],
    ...["rate/mean", "rate/lif", "learned/beta/lif", "sigma/late"],
    ...[
      "weights/fc.weight",
      "weights/fc.bias",
      "weights/late.weight",
      "weights/late.position",
      "delays/late",
    ],
    ...["raster/lif", "rates/lif"],
  ]);
  expect(file.includes(Buffer.from("\x89PNG", "latin1"))).toBe(true);
});
