/** Every recipe's network gives in a stream the bits that it gives for whole sequences, or says why it cannot. */
import {
  AdvancedSpatialAttention,
  createEngine,
  type Engine,
  type Module,
  noGrad,
  Random,
  tensor,
} from "@myelin/core";
import { sizeOf } from "@myelin/core/ops";
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadRecipe, type Recipe } from "../recipe/index.ts";
import { buildModel } from "./index.ts";

const FOLDER = path.join(import.meta.dirname, "../../../../recipes");
const RECIPES = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
const CLASSES = 3;

/** Layers of `width` channels instead of many. */
function narrowed(network: Recipe["network"], width: number): string[] {
  const fields = network as { readonly hidden?: number[]; readonly channels?: number[] };
  const each = (sizes: number[], size: number) => JSON.stringify(sizes.map(() => size));
  switch (network.type) {
    case "mlp":
    case "delay-net":
      return [`network.hidden=${each(fields.hidden!, 40)}`];
    case "plif-net":
      return [
        `network.hidden=${each(fields.hidden!, 12)}`,
        `network.channels=${each(fields.channels!, width)}`,
      ];
    case "vggsnn":
      return [`network.width=${Math.ceil(width / 2)}`];
    case "resnet19":
      return [`network.width=${width}`];
    default:
      return [];
  }
}

async function narrowRecipe(name: string, width: number): Promise<Recipe> {
  const file = path.join(FOLDER, name);
  const { network, timeSteps } = await loadRecipe(file);
  const overrides = narrowed(network, width);
  return loadRecipe(
    file,
    timeSteps === undefined
      ? overrides
      : [...overrides, `timeSteps=${network.type.startsWith("asa") ? 8 : 4}`],
  );
}

const IMAGES = ["mnist", "fashion-mnist", "cifar10"];
const SOUNDS = ["shd", "ssc", "fsdd"];

/** The shape of a sample or of its step, and whether samples are sequences. */
function taskOf({ data }: Recipe) {
  const sequence = !IMAGES.includes(data.name);
  const channels = data.name === "cifar10" ? 3 : sequence ? 2 : 1;
  const side = ["dvs-gesture", "event-folder"].includes(data.name) ? 32 : 16;
  const input = SOUNDS.includes(data.name) ? [20] : [channels, side, side];
  return { input, sequence, classes: CLASSES };
}

/** Larger weights, with which deep layers fire. */
async function strengthen(network: Module): Promise<void> {
  for (const [name, parameter] of network.namedParameters()) {
    if (name.endsWith("weight")) parameter.set((await parameter.data()).map((value) => 5 * value + 0.2));
  }
}

describe.each(["reference", "wasm"] as const)("recipes in streams on %s", (backend) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ backend, seed: 1, wasm: { threads: 1 } });
  });
  afterAll(() => engine.dispose());

  /** Spikes [T, B, ...], or samples [B, ...] that the network repeats. */
  function inputFor(shape: readonly number[]): Float32Array {
    const random = new Random(2);
    return Float32Array.from({ length: sizeOf(shape) }, () => Number(random.uniform() < 0.35));
  }

  async function wholeSequence(network: Module, x: Float32Array, shape: readonly number[]) {
    return engine.step(async () => {
      const y = noGrad(engine, () => network.forward(tensor(x, shape)));
      const [steps, values] = [y.shape[0]!, await y.data()];
      const size = values.length / steps;
      return Array.from({ length: steps }, (_, t) => values.slice(t * size, (t + 1) * size));
    });
  }

  it.each(RECIPES)("%s", async (name) => {
    const recipe = await narrowRecipe(name, backend === "wasm" ? 8 : 2);
    const task = taskOf(recipe);
    const { network } = await buildModel(recipe, task);
    network.eval();
    if (hasAttention(network)) {
      expect(() => network.stream()).toThrow(/attention\d \(AdvancedSpatialAttention\): .* whole sequence/);
      return;
    }
    await strengthen(network);
    const steps = recipe.timeSteps ?? 9;
    const inTime = task.sequence || recipe.encoder?.type === "poisson";
    for (const batch of [1, 3]) {
      const step = [batch, ...task.input];
      const shape = inTime ? [steps, ...step] : step;
      const x = inputFor(shape);
      const expected = await wholeSequence(network, x, shape);
      const stream = network.stream({ batch, input: task.input });
      const size = sizeOf(step);
      const streamed: Float32Array[] = [];
      for (let t = 0; t < steps; t++) {
        const given = inTime ? x.subarray(t * size, (t + 1) * size) : x;
        streamed.push(await stream.step(given).data());
      }
      for (const rest of stream.finish()) streamed.push(await rest.data());
      expect(streamed).toEqual(expected);
      expect(expected.flatMap((values) => [...values]).some((value) => value !== 0)).toBe(true);
    }
    network.dispose();
  });
});

function hasAttention(network: Module): boolean {
  return network.namedModules().some(([, module]) => module instanceof AdvancedSpatialAttention);
}
