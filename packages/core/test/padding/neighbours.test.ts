/** Results of a sample do not depend on the samples that share its batch. */
import { describe, expect, it } from "vitest";
import {
  Adam,
  backward,
  countActivity,
  DelayLinear,
  LeakyIntegrator,
  LIF,
  Linear,
  maxMembraneCrossEntropy,
  meanOverTime,
  type Module,
  noGrad,
  rateCrossEntropy,
  rateMse,
  Recurrent,
  Sequential,
  setLengths,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
  tet,
  Trainer,
} from "../../src/index.ts";
import { maxOverTime } from "../../src/entries/ops.ts";
import { BACKENDS, withEngine } from "../support/engines.ts";
import { batchesOf, CLASSES, collate, drawSamples, INPUTS, NETWORKS } from "./samples.ts";

const SAMPLES = drawSamples(40, 30, 1);

const LOSSES: Record<string, (x: Tensor, labels: Tensor) => Tensor> = {
  rateCrossEntropy: (x, y) => rateCrossEntropy(x, y),
  rateMse: (x, y) => rateMse(x, y),
  tet: (x, y) => tet(x, y, { lambda: 0.3, phi: 0.5 }),
  sumSoftmaxCrossEntropy: (x, y) => sumSoftmaxCrossEntropy(x, y),
  maxMembraneCrossEntropy: (x, y) => maxMembraneCrossEntropy(x, y),
};

describe.each(BACKENDS)("a padded batch on %s", (backend) => {
  const engine = withEngine(backend, 3);

  const trainer = (network: Module, size: number, loss = rateCrossEntropy): Trainer =>
    new Trainer({
      network,
      optimizer: new Adam(network.parameters(), { lr: 0.01 }),
      loss: (x, y) => loss(x, y),
      batches: () => batchesOf(SAMPLES, size),
    });

  /** Scores of every sample, in batches of `size`. */
  async function scoresOf(network: Module, size: number, read: (x: Tensor) => Tensor): Promise<number[]> {
    network.eval();
    const scores: number[] = [];
    for (const { inputs, shape, lengths } of batchesOf(SAMPLES, size)) {
      const part = await engine().step(() => {
        const x = tensor(inputs, shape);
        setLengths(x, lengths);
        return noGrad(engine(), () => read(network.forward(x))).data();
      });
      scores.push(...part);
    }
    network.train();
    return scores;
  }

  describe.each(Object.entries(NETWORKS))("%s", (_, make) => {
    it.each([0, 3])("gives the same scores at batch 1, 8 and 40 after %i epochs", async (epochs) => {
      const network = make();
      await trainer(network, 8).run({ epochs });
      for (const read of [meanOverTime, maxOverTime] as const) {
        const alone = await scoresOf(network, 1, (x) => read(x));
        for (const size of [8, 40]) {
          const together = await scoresOf(network, size, (x) => read(x));
          together.forEach((score, i) => expect(score).toBeCloseTo(alone[i]!, 4));
        }
      }
    });

    it("has the same accuracy, losses, firing rates and operations", async () => {
      const network = make();
      await trainer(network, 8).run({ epochs: 1 });
      for (const [name, loss] of Object.entries(LOSSES)) {
        const alone = await trainer(network, 1, loss).evaluate(batchesOf(SAMPLES, 1));
        const together = await trainer(network, 1, loss).evaluate(batchesOf(SAMPLES, 40));
        expect(together.loss, name).toBeCloseTo(alone.loss, 5);
        expect(together.accuracy, name).toBe(alone.accuracy);
        expect(together.firingRate, name).toEqual(alone.firingRate);
      }
      const alone = await countActivity(network, batchesOf(SAMPLES, 1));
      const together = await countActivity(network, batchesOf(SAMPLES, 40));
      for (const key of ["spikes", "neuronUpdates", "nasfr", "dense", "ac", "mac"] as const) {
        expect(together[key], key).toBeCloseTo(alone[key], 6);
      }
    });
  });

  const smooth: Record<string, () => Module> = {
    lif: NETWORKS["lif"]!,
    delays: () =>
      new Sequential(
        new DelayLinear(INPUTS, 8, { maxDelay: 7 }),
        new LIF({ tau: 1.5 }),
        new DelayLinear(8, CLASSES, { maxDelay: 5 }),
        new LeakyIntegrator({ tau: 3 }),
      ),
  };
  const pairs = Object.entries(smooth).flatMap(([name, make]) =>
    Object.entries(LOSSES).map(([loss, compute]) => [name, loss, make, compute] as const),
  );
  it.each(pairs)("of %s has the mean of its samples' gradients of %s", async (_, __, make, compute) => {
    const network = make();
    const some = SAMPLES.slice(0, 5);
    const gradient = (of: typeof some): Promise<number[]> =>
      engine().step(async () => {
        const { inputs, shape, lengths, labels } = collate(of);
        const x = tensor(inputs, shape);
        setLengths(x, lengths);
        backward(compute(network.forward(x), tensor(labels)));
        const parts = await Promise.all(network.parameters().map(({ grad }) => grad!.data()));
        new Adam(network.parameters(), { lr: 0.01 }).zeroGrad();
        return parts.flatMap((part) => [...part]);
      });
    const together = await gradient(some);
    const each: number[][] = [];
    for (const one of some) each.push(await gradient([one]));
    const largest = Math.max(...together.map(Math.abs));
    together.forEach((value, i) => {
      const mean = each.reduce((sum, part) => sum + part[i]!, 0) / each.length;
      expect(Math.abs(value - mean)).toBeLessThan(1e-4 * largest);
    });
    expect(largest).toBeGreaterThan(0);
  });

  it("of a recurrent network has the same rates and operations", async () => {
    const network = new Sequential(
      new Linear(INPUTS, 8),
      new Recurrent(new LIF(), { features: 8 }),
      new Linear(8, CLASSES),
      new LIF(),
    );
    const alone = await countActivity(network, batchesOf(SAMPLES, 1));
    const together = await countActivity(network, batchesOf(SAMPLES, 40));
    expect(together.ac).toBeCloseTo(alone.ac, 6);
    expect(together.dense).toBeCloseTo(alone.dense, 6);
    expect(together.nasfr).toBeCloseTo(alone.nasfr, 6);
  });
});
