import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  Adam,
  AvgPool2d,
  BatchNorm,
  backward,
  Conv2d,
  createEngine,
  crossEntropy,
  defineNeuron,
  Engine,
  Flatten,
  Linear,
  meanOverTime,
  RepeatOverTime,
  Sequential,
  tensor,
  useEngine,
} from "../src/index.ts";
import { stubBackend } from "./support/stub-backend.ts";

const Neuron = defineNeuron({
  name: "Leaky",
  state: { v: 0 },
  equations: "v = 0.5 * v + x\ns = spike(v - 1)\nv = v - s",
});

/** The losses of a small training: bars that lie or stand. */
async function lossesOf(engine: Engine): Promise<number[]> {
  useEngine(engine);
  const network = new Sequential(
    ...[
      new Conv2d(1, 4, { kernelSize: 3, padding: 1 }),
      new BatchNorm(4),
      new RepeatOverTime(4),
      new Neuron(),
    ],
    ...[new AvgPool2d({ kernelSize: 2 }), new Flatten(), new Linear(16, 2)],
  );
  const optimizer = new Adam(network.parameters(), { lr: 0.02 });
  const images = Array.from({ length: 8 }, (_, b) =>
    Array.from({ length: 16 }, (_, i) => Number((b % 2 === 0 ? i % 4 : Math.floor(i / 4)) === b >> 1)),
  );
  const losses: number[] = [];
  for (let step = 0; step < 25; step++) {
    await engine.step(async () => {
      const x = tensor(images.flat(), [8, 1, 4, 4]);
      const loss = crossEntropy(meanOverTime(network.forward(x)), tensor([0, 1, 0, 1, 0, 1, 0, 1]));
      backward(loss);
      optimizer.step();
      losses.push(await loss.item());
    });
  }
  await engine.dispose();
  return losses;
}

describe("a backend of the required groups alone", () => {
  it("is written in less than 150 lines", () => {
    const source = readFileSync(new URL("./support/stub-backend.ts", import.meta.url), "utf8");
    expect(source.split("\n").length - 1).toBeLessThan(150);
  });

  it("trains a network as the reference does", async () => {
    const losses = await lossesOf(new Engine(stubBackend, 1));
    const expected = await lossesOf(await createEngine({ backend: "reference", seed: 1 }));
    losses.forEach((loss, step) => expect(loss).toBeCloseTo(expected[step]!, 5));
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });
});
