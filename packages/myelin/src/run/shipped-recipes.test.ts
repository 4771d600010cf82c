/** The network of every recipe of the package is the same after it went through its file. */
import { createEngine, Random, type Engine } from "@myelin/core";
import { datasetInfo, type Batch } from "@myelin/data";
import { afterAll, beforeAll, expect, it } from "vitest";
import { scoresBothWays } from "../../test/opened.ts";
import { buildModel } from "../model/index.ts";
import { isImageData, isSpikeData, loadRecipe, packagedRecipes, type Recipe } from "../recipe/index.ts";
import type { Task } from "./task.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ wasm: { threads: 1 }, seed: 3 });
});
afterAll(() => engine.dispose());

/** Widths at which a network takes no time, by its type. */
const SMALL: Readonly<Record<string, readonly string[]>> = {
  mlp: ["network.hidden=[24]"],
  "plif-net": ["network.channels=[4,4]", "network.hidden=[20]"],
  "delay-net": ["network.hidden=[16,16]"],
  "asa-three-layer": ["network.channels=[4,4,4]", "network.hidden=[16]"],
  "asa-five-layer": ["network.channels=[4,4,4,4,4]", "network.hidden=[16]"],
  vggsnn: ["network.width=2"],
  resnet19: ["network.width=4"],
  sequential: [],
};

/** Samples of the recipe's kind; recordings are of a small sensor. */
function taskOf({ data, timeSteps = 1 }: Recipe): Task & { readonly steps: number } {
  const info = data.name === "event-folder" ? undefined : datasetInfo(data.name);
  const classNames = info?.classNames ?? ["a", "b"];
  const facts = { data: data.name, classes: classNames.length, classNames, sequence: !isImageData(data) };
  if (isSpikeData(data)) return { ...facts, input: [Math.ceil(700 / data.pool)], steps: 12 };
  if (info?.kind !== "images") return { ...facts, input: [2, 32, 32], steps: timeSteps };
  return { ...facts, input: [info.channels, info.height, info.width], steps: 1 };
}

function batchOf({ input, sequence, steps }: ReturnType<typeof taskOf>): Batch {
  const count = 2;
  const shape = sequence ? [steps, count, ...input] : [count, ...input];
  const random = new Random(1);
  const length = shape.reduce((product, size) => product * size, 1);
  const inputs = Float32Array.from({ length }, () =>
    sequence ? Number(random.uniform() < 0.3) : random.uniform(),
  );
  return { index: 0, count, inputs, shape, labels: new Float32Array(count) };
}

const recipes = (await packagedRecipes()).map(({ name, file }) => [name, file] as const);

it.each(recipes)("%s", async (_, file) => {
  const { network } = await loadRecipe(file);
  const recipe = await loadRecipe(file, SMALL[network.type]);
  const task = taskOf(recipe);
  const model = await buildModel(recipe, task);
  const scores = await scoresBothWays(engine, { model, task, batch: batchOf(task) });
  expect(scores.opened).toEqual(scores.model);
  expect(scores.model.some((score) => Number.isFinite(score))).toBe(true);
  model.network.dispose();
});
