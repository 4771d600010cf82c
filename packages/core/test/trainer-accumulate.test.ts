import { describe, expect, it } from "vitest";
import {
  Adam,
  type Batch,
  Dropout,
  encodeCheckpoint,
  LIF,
  Linear,
  parameter,
  Random,
  rateCrossEntropy,
  restoreCheckpoint,
  Sequential,
  SGD,
  type Tensor,
  Trainer,
  type TrainerOptions,
  warmup,
} from "../src/index.ts";
import { scale } from "../src/entries/ops.ts";
import type { BatchInfo, Optimizer } from "../src/entries/training.ts";
import { ENGINES, withEngine } from "./support/engines.ts";

const [STEPS, FEATURES, CLASSES] = [4, 6, 3];
const WEIGHTS = [1, 4, 0.5];
const TRAINED = 29;

/** `count` samples from `from` on, each the same in whatever batch it is. */
function batchOf(from: number, count: number, mixed: boolean): Batch {
  const inputs = new Float32Array(STEPS * count * FEATURES);
  const labels = Float32Array.from({ length: count }, (_, b) => ((from + b) * 7) % CLASSES);
  const targets = new Float32Array(count * CLASSES);
  for (let b = 0; b < count; b++) {
    const random = new Random(100 + from + b);
    for (let t = 0; t < STEPS; t++) {
      for (let i = 0; i < FEATURES; i++) inputs[(t * count + b) * FEATURES + i] = 2 * random.normal();
    }
    targets[b * CLASSES + labels[b]!] = 0.75;
    targets[b * CLASSES + ((labels[b]! + 1) % CLASSES)]! += 0.25;
  }
  return { inputs, shape: [STEPS, count, FEATURES], labels, ...(mixed && { targets }) };
}

/** All samples in batches; the last may be smaller. */
function batchesOf(size: number, startBatch = 0, mixed = false): Batch[] {
  const batches: Batch[] = [];
  for (let from = startBatch * size; from < TRAINED; from += size) {
    batches.push(batchOf(from, Math.min(size, TRAINED - from), mixed));
  }
  return batches;
}

const OPTIMIZERS: Readonly<Record<string, (parameters: Tensor[]) => Optimizer>> = {
  SGD: (parameters) => new SGD(parameters, { lr: 0.2, momentum: 0.9 }),
  Adam: (parameters) => new Adam(parameters, { lr: 0.01, eps: 1e-4 }),
};

describe.each(Object.entries(ENGINES))("Trainer with accumulate, on %s", (_, engineOptions) => {
  const engine = withEngine(engineOptions);

  /** Dropout draws for a whole batch, so it is left out where batches are compared. */
  function setup(kind: string, more: Partial<TrainerOptions>, dropout = false) {
    engine().random.setState(new Random(3).getState());
    const network = new Sequential(
      new Linear(FEATURES, 12),
      new LIF({ tau: 2, surrogate: "atan" }),
      ...(dropout ? [new Dropout(0.3)] : []),
      new Linear(12, CLASSES),
    );
    const optimizer = OPTIMIZERS[kind]!(network.parameters());
    const trainer = new Trainer({
      network,
      optimizer,
      loss: (output, labels) => rateCrossEntropy(output, labels),
      batches: (_epoch, startBatch) => batchesOf(8, startBatch),
      ...more,
    });
    return { network, optimizer, trainer };
  }

  const valuesOf = async ({ network }: { network: Sequential }): Promise<number[]> =>
    (await Promise.all(network.parameters().map((p) => p.data()))).flatMap((values) => [...values]);

  const weighted = (output: Tensor, labels: Tensor): Tensor =>
    rateCrossEntropy(output, labels, { weight: WEIGHTS });
  const batchWeight = ({ labels }: Batch): number => labels.reduce((sum, label) => sum + WEIGHTS[label]!, 0);

  it.each([
    ["SGD", "labels", {}],
    ["Adam", "labels", {}],
    ["SGD", "mixed targets", {}],
    ["Adam", "weights of classes", { loss: weighted, batchWeight }],
    ["SGD", "clipping", { clipNorm: 0.05 }],
    ["Adam", "a schedule", { schedule: warmup({ steps: 3 }) }],
  ] as [string, string, Partial<TrainerOptions>][])(
    "learns with %s and %s what batches of four times the size teach",
    async (kind, what, more) => {
      const mixed = what === "mixed targets";
      const seen: BatchInfo[][] = [[], []];
      const runs = [
        { accumulate: 4, batches: (_: number, start: number) => batchesOf(8, start, mixed) },
        { batches: (_: number, start: number) => batchesOf(32, start, mixed) },
      ].map((options, i) => {
        const onBatch = (info: BatchInfo): void => void seen[i]!.push(info);
        return setup(kind, { ...more, ...options, onBatch });
      });
      for (const { trainer } of runs) await trainer.run({ epochs: 6 });
      const [small, large] = await Promise.all(runs.map(valuesOf));
      small!.forEach((value, i) => expect(value).toBeCloseTo(large![i]!, 4));
      const [parts, wholes] = seen as [BatchInfo[], BatchInfo[]];
      expect(parts.map(({ step, samples }) => [step, samples])).toEqual(
        wholes.map(({ step, samples }) => [step, samples]),
      );
      parts.forEach(({ gradNorm, batchLoss }, i) => {
        expect(gradNorm).toBeCloseTo(wholes[i]!.gradNorm, 4);
        expect(batchLoss).toBeCloseTo(wholes[i]!.batchLoss, 4);
      });
    },
  );

  it("gives smaller groups at the end of an epoch their own mean", async () => {
    const counts: number[] = [];
    const { trainer } = setup("SGD", { accumulate: 3, onBatch: ({ batch }) => void counts.push(batch) });
    await trainer.run({ epochs: 2 });
    expect(counts).toEqual([3, 4, 3, 4]);
    expect(trainer.position).toEqual({ epoch: 2, batch: 0, step: 4 });
  });

  it.skipIf(engineOptions.backend === "reference")("resumes bit for bit", async () => {
    const once = setup("Adam", { accumulate: 2 }, true);
    await once.trainer.run({ epochs: 3 });
    const stopping = { aborted: false };
    const onBatch = ({ step }: BatchInfo): void => void (stopping.aborted = step === 3);
    const first = setup("Adam", { accumulate: 2, onBatch }, true);
    await first.trainer.run({ epochs: 3, signal: stopping });
    const saved = await encodeCheckpoint({ network: first.network, optimizer: first.optimizer });
    const state = first.trainer.getState();
    expect([state.batch, state.step]).toEqual([2, 3]);
    const second = setup("Adam", { accumulate: 2 }, true);
    restoreCheckpoint(saved, { network: second.network, optimizer: second.optimizer });
    second.trainer.setState(state);
    await second.trainer.run({ epochs: 3 });
    expect(await valuesOf(second)).toEqual(await valuesOf(once));
  });

  it("names the batch of a group whose numbers are not finite, and forgets the others' gradients", async () => {
    // The second batch of the group, also when the group is looked through again.
    let calls = 0;
    const { network, trainer } = setup("SGD", {
      accumulate: 3,
      loss: (output, labels) => {
        const loss = rateCrossEntropy(output, labels);
        return [2, 4].includes(++calls) ? scale(scale(loss, 1e300), 1e300) : loss;
      },
    });
    await expect(trainer.run({ epochs: 1 })).rejects.toThrow("at epoch 1, batch 2 (step 1)");
    expect(network.parameters().every(({ grad }) => grad === undefined)).toBe(true);
  });

  it("begins without gradients from elsewhere", async () => {
    const [clean, spoilt] = [setup("SGD", {}), setup("SGD", {})];
    for (const p of spoilt.network.parameters()) {
      const gradient = parameter(new Float32Array(p.size).fill(9), p.shape);
      p.grad = gradient;
    }
    await spoilt.trainer.run({ epochs: 1 });
    await clean.trainer.run({ epochs: 1 });
    expect(await valuesOf(spoilt)).toEqual(await valuesOf(clean));
  });

  it("refuses impossible groups", async () => {
    expect(() => setup("SGD", { accumulate: 0 })).toThrow(
      "Trainer.accumulate: expected an integer >= 1, got 0.",
    );
    const { trainer } = setup("SGD", { accumulate: 2, batchWeight: () => -1 });
    await expect(trainer.run({ epochs: 1 })).rejects.toThrow("Trainer.batchWeight: expected numbers >= 0");
  });
});
