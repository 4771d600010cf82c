import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseRecipe } from "../../recipe/index.ts";
import { openEventFolder } from "./event-folder.ts";
import { loadSplits } from "./index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "myelin-events-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** N-MNIST's format: x, y, then polarity and 23 bits of microseconds. */
function recording(events: readonly [x: number, y: number, p: number, t: number][]): Uint8Array {
  return Uint8Array.from(
    events.flatMap(([x, y, p, t]) => [x, y, (p << 7) | (t >> 16), (t >> 8) & 255, t & 255]),
  );
}

async function put(name: string, x: number): Promise<void> {
  const file = join(folder, name);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(
    file,
    recording([
      [x, 1, 1, 10],
      [x, 2, 0, 20],
      [x, 3, 1, 30],
      [x, 4, 0, 40],
    ]),
  );
}

it("reads recordings by part and class", async () => {
  await put("train/wave/b.bin", 2);
  await put("train/wave/a.bin", 1);
  await put("train/clap/c.bin", 3);
  await put("train/.cache/d.bin", 4);
  await put("test/wave/e.bin", 5);
  const train = await openEventFolder(folder, "train");
  expect(train).toMatchObject({ count: 3, classNames: ["clap", "wave"], labels: Uint32Array.of(0, 1, 1) });
  const columns = [0, 1, 2].map(async (index) => (await train.read(index)).x[0]);
  expect(await Promise.all(columns)).toEqual([3, 1, 2]);
  expect((await openEventFolder(folder, "test")).count).toBe(1);
});

it("says what is missing", async () => {
  await expect(openEventFolder(join(folder, "nowhere"), "train")).rejects.toThrow(
    /nowhere.train: expected a folder of recordings, got ENOENT\. Check data\.path\.$/,
  );
  await mkdir(join(folder, "train"));
  await expect(openEventFolder(folder, "train")).rejects.toThrow(
    /train: expected a folder of recordings for each class, got none\. Arrange them as train\/CLASS\/FILE\.$/,
  );
});

/** The recipe of a network on `folder`. */
function recipeWith(data: string) {
  return parseRecipe(`{ name: own, timeSteps: 2, epochs: 1, batchSize: 1, optimizer: { type: adam, lr: 0.1 },
    network: { type: mlp, neuron: { type: LIF }, hidden: [2] },
    data: { name: event-folder, path: ${JSON.stringify(folder)}, ${data} } }`);
}

async function putTwoClasses(): Promise<void> {
  for (const name of ["train/a/1.bin", "train/b/1.bin", "train/b/2.bin", "test/a/1.bin", "test/b/2.bin"]) {
    await put(name, name.includes("/a/") ? 3 : 30);
  }
}

it("gives frames as a recipe says", async () => {
  await putTwoClasses();
  const { train, test } = await loadSplits(recipeWith("transforms: [{ downsample: { factor: 2 } }]"));
  expect(train).toMatchObject({ count: 3, classes: 2, shape: [2, 17, 17], sequence: true });
  const [batch] = test.plain({ batchSize: 2 });
  expect(batch?.shape).toEqual([2, 2, 2, 17, 17]);
  expect([...batch!.labels]).toEqual([0, 1]);
  expect(batch!.inputs.reduce((sum, value) => sum + value, 0)).toBe(8);
});

it.each([
  ["splitBy: time, values: voxelGrid", [1, 2 / 3, 1 / 3, 0, 0, 1 / 3, 2 / 3, 1]],
  [
    "splitBy: time, values: timeSurface, tau: 0.01",
    [Math.exp(-1), 1, 0, 0, Math.exp(-3), Math.exp(-2), Math.exp(-1), 1],
  ],
])("makes frames with %s", async (frames, expected) => {
  await putTwoClasses();
  const { test } = await loadSplits(recipeWith(`frames: { ${frames} }`));
  const [batch] = test.plain({ batchSize: 1 });
  const at = (step: number, y: number): number =>
    batch!.inputs[((step * 2 + (y % 2)) * 34 + y) * 34 + 3] as number;
  const values = [0, 1].flatMap((step) => [1, 2, 3, 4].map((y) => at(step, y)));
  values.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 6));
});
