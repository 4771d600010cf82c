import { describe, expect, it } from "vitest";
import {
  type Batch,
  countActivity,
  LIF,
  Linear,
  Module,
  Recurrent,
  tensor,
  type Tensor,
  Trainer,
} from "../src/index.ts";
import { currentEngine, stack, unstack } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { FEATURES, SIZE, toyBatch, toyOptions } from "./support/toy-task.ts";

const STEPS = 5;

/** One neuron at two places, of different rates. */
class Twice extends Module {
  readonly fc1 = new Linear(FEATURES, 8);
  readonly fc2 = new Linear(8, 8);
  readonly out = new Linear(8, 2);
  readonly lif = new LIF({ vThreshold: 0.3 });

  forward(x: Tensor): Tensor {
    return this.out.forward(this.lif.forward(this.fc2.forward(this.lif.forward(this.fc1.forward(x)))));
  }
}

/** A neuron that is called step by step. */
class StepByStep extends Module {
  readonly fc = new Linear(FEATURES, 8);
  readonly lif = new LIF({ vThreshold: 0.3 });
  readonly out = new Linear(8, 2);

  forward(x: Tensor): Tensor {
    let state: Tensor | undefined;
    const outputs = unstack(x).map((input) => {
      const result = this.lif.step(this.fc.forward(input), state);
      state = result.state;
      return this.out.forward(result.spikes);
    });
    return stack(outputs);
  }
}

/** Recurrent wiring that is used twice. */
class Wired extends Module {
  readonly fc = new Linear(FEATURES, 8);
  readonly lif = new Recurrent(new LIF({ vThreshold: 0.3 }), { features: 8 });
  readonly out = new Linear(8, 2);

  forward(x: Tensor): Tensor {
    return this.out.forward(this.lif.forward(this.lif.forward(this.fc.forward(x))));
  }
}

/** Frames that differ from step to step. */
function frames(more: Partial<Batch> = {}): Batch {
  const inputs = Float32Array.from({ length: STEPS * SIZE * FEATURES }, (_, i) => 2 * Math.sin(i * i));
  return toyBatch({ inputs, shape: [STEPS, SIZE, FEATURES], ...more });
}

describe.each(BACKENDS)("firing rates count every call of a neuron on %s", (backend) => {
  withEngine(backend);

  const padded = frames({ lengths: [5, 2, 3, 4] });

  it.each([
    ["two places", () => new Twice(), "lif", [frames(), padded]],
    ["step by step", () => new StepByStep(), "lif", [frames(), padded]],
    ["recurrent, twice", () => new Wired(), "lif.neuron", [frames()]],
  ] as const)("%s", async (_, make, name, batches) => {
    for (const batch of batches) {
      const network = make();
      const { spiking } = await countActivity(network, [batch]);
      const expected = spiking[name]!.firingRate;
      expect(expected).toBeGreaterThan(0);
      const trainer = new Trainer(toyOptions(network, { encode: undefined }));
      const { firingRate } = await trainer.evaluate([batch]);
      expect(firingRate!.layers[name]).toBeCloseTo(expected, 12);
      expect(firingRate!.mean).toBeCloseTo(expected, 12);
    }
  });

  it("and are refused where calls cannot be told apart", async () => {
    await expect(countActivity(new Wired(), [padded])).rejects.toThrow(
      "expected as many calls step by step as a padded batch has steps, 5 at most, got 10. ",
    );
  });

  it("and forget the calls of steps that have ended", async () => {
    const lif = new LIF();
    const call = (): void => void lif.forward(tensor(new Float32Array(6).fill(3), [3, 1, 2]));
    await currentEngine().step(() => {
      call();
      call();
      expect(lif.stepSpikes).toHaveLength(2);
    });
    expect(lif.stepSpikes).toEqual([]);
    call();
    expect(lif.stepSpikes).toEqual([]);
    await currentEngine().step(() => {
      call();
      expect(lif.stepSpikes).toEqual([lif.lastSpikes]);
    });
  });
});
