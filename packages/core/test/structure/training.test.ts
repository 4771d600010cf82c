import { describe, expect, it } from "vitest";
import {
  Adam,
  type BackendName,
  backward,
  createEngine,
  crossEntropy,
  encodeCheckpoint,
  type CheckpointParts,
  LIF,
  Linear,
  meanOverTime,
  type Module,
  Random,
  restoreCheckpoint,
  Sequential,
  tensor,
  useEngine,
} from "../../src/index.ts";
import { decodeSafetensors } from "../../src/entries/io.ts";
import {
  type EvolutionState,
  exportDense,
  sparsify,
  type SparsifyOptions,
  StructureEvolution,
  type StructureEvolutionOptions,
} from "../../src/entries/sparse.ts";

const EVOLUTION = { updateInterval: 3, totalSteps: 40, end: 1 } as const;

/** A small network in training; everything in it depends on the seed alone. */
async function startTraining(
  options: Partial<SparsifyOptions> = {},
  evolving: Partial<StructureEvolutionOptions> = {},
  threads = 1,
  backend: BackendName = "wasm",
) {
  const engine = await createEngine({ seed: 5, wasm: { threads }, backend });
  useEngine(engine);
  const network = new Sequential({
    fc1: new Linear(40, 64),
    lif1: new LIF({ tau: 2, decayInput: false, vThreshold: 0.3 }),
    fc2: new Linear(64, 48),
    lif2: new LIF({ tau: 2, decayInput: false, vThreshold: 0.3 }),
    fc3: new Linear(48, 4),
  });
  await sparsify(network, { density: 0.2, exclude: ["fc3"], ...options });
  const optimizer = new Adam(network.parameters(), { lr: 1e-2 });
  const evolution = new StructureEvolution(network, optimizer, { ...EVOLUTION, ...evolving });
  const train = async (from: number, to: number): Promise<number> => {
    let last = 0;
    for (let step = from; step < to; step++)
      last = await engine.step(() => trainStep(network, optimizer, evolution, step));
    return last;
  };
  return { engine, network, optimizer, evolution, train };
}

async function trainStep(
  network: Module,
  optimizer: Adam,
  evolution: StructureEvolution,
  step: number,
): Promise<number> {
  const random = new Random(100 + step);
  const labels = Float32Array.from({ length: 16 }, () => random.integer(4));
  const spikes = Float32Array.from({ length: 5 * 16 * 40 }, (_, i) => {
    const [sample, feature] = [Math.floor(i / 40) % 16, i % 40];
    return Number(random.uniform() < (feature % 4 === labels[sample] ? 0.6 : 0.1));
  });
  const loss = crossEntropy(meanOverTime(network.forward(tensor(spikes, [5, 16, 40]))), tensor(labels, [16]));
  backward(loss);
  await evolution.afterBackward();
  optimizer.step();
  await evolution.afterStep();
  return loss.item();
}

async function weightsOf(network: Module): Promise<Record<string, number[]>> {
  const dense = decodeSafetensors(await exportDense(network)).tensors;
  return Object.fromEntries([...dense].map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
}

function partsOf({ network, optimizer }: CheckpointParts): CheckpointParts {
  return { network, optimizer };
}

describe("training sparse networks", () => {
  it.each(["random", "gradient", "momentum", "unfired"] as const)(
    "learns while growing by %s",
    async (grow) => {
      const { engine, train, evolution } = await startTraining(
        {},
        { grow, prune: grow === "momentum" ? "taylor" : "set" },
      );
      const first = await train(0, 1);
      expect(await train(1, 40)).toBeLessThan(0.5 * first);
      const metrics = evolution.metrics();
      expect(metrics.map(({ name }) => name)).toEqual(["fc1", "fc2"]);
      for (const { everActive, density } of metrics) expect(everActive).toBeGreaterThan(density);
      await engine.dispose();
    },
  );

  it.each([2, 3])("gives the same bits with %i threads as with one", async (threads) => {
    const results = [];
    for (const count of [1, threads]) {
      const { engine, train, network } = await startTraining({}, { grow: "gradient" }, count);
      await train(0, 10);
      results.push(await weightsOf(network));
      await engine.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("agrees with the reference", async () => {
    const results = [];
    for (const backend of ["wasm", "reference"] as const) {
      const { engine, train, network } = await startTraining({}, { grow: "gradient" }, 1, backend);
      await train(0, 4);
      results.push(await weightsOf(network));
      await engine.dispose();
    }
    for (const [name, values] of Object.entries(results[0]!)) {
      const other = results[1]![name]!;
      values.forEach((value, i) => expect(value).toBeCloseTo(other[i]!, 4));
    }
  });

  it.each(["single", "blocks-of-4"] as const)("resumes bit for bit, %s", async (structure) => {
    const options = { structure };
    const whole = await startTraining(options, { grow: "gradient", prune: "taylor" });
    await whole.train(0, 20);
    const expected = await weightsOf(whole.network);
    await whole.engine.dispose();

    const before = await startTraining(options, { grow: "gradient", prune: "taylor" });
    await before.train(0, 8);
    const checkpoint = await encodeCheckpoint(partsOf(before), { evolution: before.evolution.getState() });
    await before.engine.dispose();

    const after = await startTraining(options, { grow: "gradient", prune: "taylor" });
    const extra = restoreCheckpoint(checkpoint, partsOf(after)) as { evolution: EvolutionState };
    after.evolution.setState(extra.evolution);
    await after.train(8, 20);
    expect(await weightsOf(after.network)).toEqual(expected);
    await after.engine.dispose();
  });
});
