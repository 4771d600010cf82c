/** Data of one's own in recipes: trained, gone on with after a move, opened as a run. */
import { loadRun, onWarning, Random } from "@myelin/core";
import { decodeImage } from "@myelin/data";
import { encode } from "fast-png";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RunFolder, train } from "../src/run/index.ts";
import { loadRecipe } from "../src/recipe/index.ts";
import { loadTest } from "../src/run/data/index.ts";
import { renderReport } from "../src/report/index.ts";

let folder: string;
const before = onWarning(() => undefined);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-own-"));
});
afterAll(async () => {
  onWarning(before);
  await rm(folder, { recursive: true });
});

const REST = `timeSteps: 2
network: { type: mlp, hidden: [8], neuron: { type: LIF } }
optimizer: { type: adam, lr: 0.01 }
batchSize: 8
threads: 1
`;

async function trained(name: string, overrides: readonly string[] = []): Promise<RunFolder> {
  const recipe = await loadRecipe(path.join(folder, `${name}.yaml`), ["epochs=1", ...overrides]);
  const run = new RunFolder(path.join(folder, `run-${name}`));
  const watcher = { start: () => undefined, batch: () => undefined, epoch: () => undefined };
  expect(await train({ recipe, folder: run, signal: { aborted: false }, watcher })).toBeDefined();
  return run;
}

it("trains on a folder of images, goes on after it has moved, and takes pictures afterwards", async () => {
  const random = new Random(1);
  const noisy = (bright: boolean) =>
    Uint8Array.from({ length: 48 }, (_, i) => (i < 24 === bright ? 200 : 40) + 20 * random.uniform());
  for (const [name, bright] of [
    ["upper", true],
    ["lower", false],
  ] as const) {
    await mkdir(path.join(folder, "mine", name), { recursive: true });
    for (let i = 0; i < 20; i++) {
      await writeFile(
        path.join(folder, "mine", name, `${i}.png`),
        encode({ width: 8, height: 6, data: noisy(bright), channels: 1, depth: 8 }),
      );
    }
  }
  await writeFile(
    path.join(folder, "images.yaml"),
    `name: images\ndata: { name: image-folder, path: ./mine, resize: [4, 4], normalise: true }\n${REST}`,
  );
  const run = await trained("images", ["epochs=12", "optimizer.lr=0.03"]);
  const task = (await run.task())!;
  expect(task).toMatchObject({ data: "mine", input: [1, 4, 4], classNames: ["lower", "upper"], classes: 2 });
  expect(task.normalise!.mean[0]).toBeGreaterThan(0.3);
  expect(renderReport(await run.record())).toContain("upper");
  const opened = await loadRun(run.path);
  const recipe = await run.recipe();
  const test = await loadTest(recipe, { table: task });
  const picture = await decodeImage(await readFile(path.join(folder, "mine/upper/3.png")));
  expect((await opened.predict(picture)).name).toBe("upper");
  const pixels = test.images!.images.slice(0, 16);
  const [first] = await opened.predict([pixels, pixels]);
  expect(first!.scores).toHaveLength(2);
  await opened.dispose();

  await rename(path.join(folder, "mine"), path.join(folder, "moved"));
  const moved = [`data.path=${path.join(folder, "moved")}`];
  await trained("images", [...moved, "epochs=13", "optimizer.lr=0.03"]);
  expect((await run.task())?.data).toBe("mine");
  expect((await loadTest(recipe, { table: task }, path.join(folder, "moved"))).count).toBe(8);
  await writeFile(
    path.join(folder, "moved/lower/1.png"),
    encode({ width: 8, height: 6, data: noisy(true), channels: 1, depth: 8 }),
  );
  await expect(trained("images", [...moved, "epochs=14", "optimizer.lr=0.03"])).rejects.toThrow(
    /the training samples with which the run was begun|the data that the run was begun with/,
  );
}, 30_000);

it("trains on a table whose columns it normalises by the training rows", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 100 : 300},7,${i},${i % 2 ? "low" : "high"}`);
  await writeFile(path.join(folder, "rows.csv"), `size,same,id,kind\n${rows.join("\n")}\n`);
  await writeFile(
    path.join(folder, "rows.yaml"),
    `name: rows\ndata: { name: table, path: rows.csv, label: kind, omit: [id] }\n${REST}`,
  );
  const run = await trained("rows", ["epochs=8", "optimizer.lr=0.05"]);
  expect((await run.record()).samples).toBeDefined();
  const opened = await loadRun(run.path);
  const { input } = opened.description;
  expect(input).toMatchObject({
    kind: "values",
    columns: ["size", "same"],
    normalise: { mean: [200, 7], std: [100, 1] },
  });
  expect((await opened.predict([100, 7])).name).toBe("low");
  expect((await opened.predict([300, 7])).name).toBe("high");
  await opened.dispose();
}, 30_000);
