import { describe, expect, it } from "vitest";
import {
  Adam,
  atan,
  backward,
  type Batch,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  meanSquaredError,
  type Module,
  Random,
  rateCrossEntropy,
  Recurrent,
  Sequential,
  tensor,
  type Tensor,
  Trainer,
} from "../src/index.ts";
import { bernoulli } from "../src/entries/ops.ts";
import { withEngine } from "./support/engines.ts";

const SURROGATE = atan({ alpha: 2 });

describe("learning", () => {
  const engine = withEngine("wasm", 5);

  it("fits a spike train", async () => {
    const [T, inputs] = [40, 30];
    const random = new Random(11);
    const x = Float32Array.from({ length: T * inputs }, () => (random.uniform() < 0.2 ? 1 : 0));
    const target = Float32Array.from({ length: T }, (_, t) => (t % 9 === 7 || t === 20 ? 1 : 0));
    const net = new Sequential(
      new Linear(inputs, 1),
      new LIF({ tau: 4, decayInput: false, surrogate: SURROGATE }),
    );
    const smooth = new LeakyIntegrator({ tau: 3 });
    const optimizer = new Adam(net.parameters(), { lr: 0.02 });
    const trace = (spikes: Tensor): Tensor => smooth.forward(spikes);
    const step = (): Promise<Float32Array> =>
      engine().step(() => {
        const spikes = net.forward(tensor(x, [T, 1, inputs]));
        backward(meanSquaredError(trace(spikes), trace(tensor(target, [T, 1, 1]))));
        optimizer.step();
        return spikes.data();
      });
    let spikes = await step();
    for (let i = 0; i < 300 && spikes.join() !== target.join(); i++) spikes = await step();
    expect([...spikes]).toEqual([...target]);
  });

  it("solves XOR of two pulses apart in time", async () => {
    const T = 8;
    const labels = Float32Array.from([0, 1, 1, 0]);
    const inputs = new Float32Array(T * 4 * 2);
    for (let sample = 0; sample < 4; sample++) {
      inputs[(1 * 4 + sample) * 2 + (sample & 1)] = 1;
      inputs[(4 * 4 + sample) * 2 + (sample >> 1)] = 1;
    }
    const net = new Sequential(
      new Linear(2, 24),
      new Recurrent(new LIF({ tau: 3, decayInput: false, surrogate: SURROGATE }), { features: 24 }),
      new Linear(24, 2),
      new LeakyIntegrator({ tau: 3 }),
    );
    expect(await accuracyAfter(net, [{ inputs, shape: [T, 4, 2], labels }], 150, 0.02)).toBe(1);
  });

  it("tells rates apart", async () => {
    const random = new Random(3);
    const [classes, features, size] = [3, 12, 16];
    const patterns = Array.from({ length: classes * features }, () => 0.1 + 0.5 * random.uniform());
    const batches = Array.from({ length: 6 }, (): Batch => {
      const labels = Float32Array.from({ length: size }, () => random.integer(classes));
      const inputs = Float32Array.from({ length: size * features }, (_, i) => {
        const rate = patterns[labels[Math.floor(i / features)]! * features + (i % features)]!;
        return rate + 0.05 * random.normal();
      });
      return { inputs, shape: [size, features], labels };
    });
    const net = new Sequential(
      new Linear(features, 24),
      new KLIF({ surrogate: SURROGATE, detachReset: true }),
      new Linear(24, classes),
      new LIF({ surrogate: SURROGATE }),
    );
    const encode = (images: Tensor, key: number): Tensor => bernoulli(images, { steps: 24, key });
    expect(await accuracyAfter(net, batches, 30, 0.02, encode)).toBeGreaterThanOrEqual(0.95);
  });
});

/** Trains and returns the accuracy in evaluation mode on the same batches. */
async function accuracyAfter(
  network: Module,
  batches: readonly Batch[],
  epochs: number,
  lr: number,
  encode?: (images: Tensor, key: number) => Tensor,
): Promise<number> {
  const optimizer = new Adam(network.parameters(), { lr });
  const options = { network, optimizer, loss: rateCrossEntropy, encode };
  const trainer = new Trainer({ ...options, batches: (_, start) => batches.slice(start) });
  await trainer.run({ epochs });
  return (await trainer.evaluate(batches)).accuracy;
}
