import { onWarning } from "@myelin/core";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { parseRecipe } from "../../recipe/index.ts";
import { createEvents, encodeEvents, openEventFolder } from "@myelin/data";
import { taskOf } from "../task.ts";
import { loadSplits, loadTest } from "./index.ts";

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

const said: string[] = [];
const before = onWarning((message) => said.push(message));
beforeEach(() => {
  said.length = 0;
});
afterAll(() => void onWarning(before));

it("reads recordings by part and class", async () => {
  await put("train/wave/b.bin", 2);
  await put("train/wave/a.bin", 1);
  await put("train/clap/c.bin", 3);
  await put("train/.cache/d.bin", 4);
  await put("test/wave/e.bin", 5);
  const opened = await openEventFolder(folder);
  const train = opened.open("train");
  expect(train).toMatchObject({ count: 3, classNames: ["clap", "wave"], labels: Uint32Array.of(0, 1, 1) });
  const columns = [0, 1, 2].map(async (index) => (await train.read(index)).x[0]);
  expect(await Promise.all(columns)).toEqual([3, 1, 2]);
  // The class without test recordings keeps its number, and so does the next one.
  expect(opened.open("test")).toMatchObject({ count: 1, labels: Uint32Array.of(1) });
  expect(opened.passedOver.hidden).toBe(1);
  expect(said.some((text) => /test: expected .* got none of clap\. Labels keep/.test(text))).toBe(true);
});

it("counts digits in names of classes as numbers", async () => {
  for (const name of ["10", "9", "b2", "b10", "1"]) await put(`train/${name}/a.bin`, 1);
  await put("test/11/a.bin", 1);
  const { classNames, open } = await openEventFolder(folder);
  expect(classNames).toEqual(["1", "9", "10", "11", "b2", "b10"]);
  expect([...open("test").labels]).toEqual([3]);
});

it("keeps the classes that a run has stored, and refuses new ones", async () => {
  await put("train/a/1.bin", 1);
  await put("test/c/1.bin", 1);
  const classNames = ["a", "b", "c"];
  expect([...(await openEventFolder(folder, { classNames })).open("test").labels]).toEqual([2]);
  await put("test/d/1.bin", 1);
  await expect(openEventFolder(folder, { classNames })).rejects.toThrow(
    /expected only the classes a, b, c that the network was trained on, got "d"/,
  );
});

it("follows links, counts what it passes over, and refuses circles", async () => {
  await put("elsewhere/1.bin", 1);
  await put("elsewhere/2.bin", 2);
  await put("train/a/1.bin", 3);
  await put("val/a/1.bin", 3);
  await mkdir(join(folder, "train/c"));
  await symlink(join(folder, "elsewhere"), join(folder, "train/b"));
  await symlink(join(folder, "elsewhere/1.bin"), join(folder, "train/a/2.bin"));
  await symlink(join(folder, "nowhere.bin"), join(folder, "train/a/3.bin"));
  for (const name of ["train/a/notes.txt", "train/readme.md"]) await writeFile(join(folder, name), "notes\n");
  await writeFile(join(folder, "train/a/empty.bin"), "");
  const { open, passedOver } = await openEventFolder(folder, { sensor: [34, 34] });
  expect([...open("train").labels]).toEqual([0, 0, 1, 1]);
  const files = { hidden: 0, brokenLinks: 1, emptyFiles: 1, otherFiles: 1, misplacedFiles: 1 };
  expect(passedOver).toEqual({ ...files, emptyClasses: 1, otherFolders: 2 });
  expect(said.join()).toMatch(
    /passed over: brokenLinks 1, emptyFiles 1, otherFiles 1, misplacedFiles 1, emptyClasses 1, otherFolders 2\./,
  );
  await symlink(join(folder, "train"), join(folder, "train/loop"));
  await expect(openEventFolder(folder)).rejects.toThrow(/loop: expected .* got a link to .* which holds it/);
});

it("takes letters with accents for the same however the file system writes them", async () => {
  await put("train/gr\u00fcn/1.bin", 1);
  await put("test/gru\u0308n/1.bin", 1);
  const { classNames, open } = await openEventFolder(folder, { sensor: [34, 34] });
  expect(classNames).toEqual(["gr\u00fcn"]);
  expect(open("test").count).toBe(1);
});

it("names the folders that are there where train and test are not", async () => {
  await put("Train/a/1.bin", 1);
  await expect(openEventFolder(folder)).rejects.toThrow(
    /expected a folder of recordings for each class, got none \(misplacedFiles 1, emptyClasses 1\)\. Arrange them as CLASS/,
  );
});

it("takes one sensor for all recordings, and says a guess", async () => {
  await put("train/a/1.bin", 3);
  await put("test/a/1.bin", 30);
  const { open, sensor } = await openEventFolder(folder);
  expect(sensor).toEqual({ width: 34, height: 34 });
  expect(await open("train").read(0)).toMatchObject(sensor);
  expect(said.join()).toMatch(/got none; taken to be 34 x 34, .* sensor: \[width, height\]/);
  const stated = await openEventFolder(folder, { sensor: [20, 30] });
  expect(await stated.open("train").read(0)).toMatchObject({ width: 20, height: 30, length: 4 });
  const test = stated.open("test");
  expect((await test.read(0)).length).toBe(0);
  expect(test.skipped?.outsideSensor).toBe(4);
});

it("refuses headers that name two sensors", async () => {
  for (const [name, width] of [
    ["train/a/1.mev", 34],
    ["test/a/2.mev", 128],
  ] as const) {
    const events = createEvents({ t: [1], x: [1], y: [1], p: [1], width, height: 34 });
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of encodeEvents([events], { format: "compact", width, height: 34 }))
      pieces.push(piece);
    await put(name, 1);
    await writeFile(join(folder, name), new Uint8Array(await new Blob(pieces).arrayBuffer()));
  }
  await expect(openEventFolder(folder)).rejects.toThrow(
    /expected recordings of one sensor, got .*34 x 34 in .* and 128 x 34 in|expected recordings of one sensor, got 128/,
  );
  expect((await openEventFolder(folder, { sensor: [128, 128] })).sensor).toEqual({ width: 128, height: 128 });
});

it("says what is missing", async () => {
  await expect(openEventFolder(join(folder, "nowhere"))).rejects.toThrow(
    /nowhere: expected a folder of recordings, got no such folder\. Check the path/,
  );
  await mkdir(join(folder, "train"));
  await expect(openEventFolder(folder)).rejects.toThrow(
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
  const [batch] = test.batches({ batchSize: 2 });
  expect(batch?.shape).toEqual([2, 2, 2, 17, 17]);
  expect([...batch!.labels]).toEqual([0, 1]);
  expect(batch!.inputs.reduce((sum, value) => sum + value, 0)).toBe(8);
});

it("keeps classes and sensor for the whole run", async () => {
  await putTwoClasses();
  const { table, test } = await loadSplits(recipeWith("sensor: [40, 34]"));
  expect(table).toEqual({ classNames: ["a", "b"], sensor: [40, 34] });
  expect(test.shape).toEqual([2, 34, 40]);
  const other = { classNames: ["b", "a"], sensor: [40, 34] as const };
  expect([...(await loadSplits(recipeWith(""), { table: other })).test.labels]).toEqual([0, 1]);
});

it("eval and --resume find classes and sensor in the task that a run keeps", async () => {
  await putTwoClasses();
  const { table, test } = await loadSplits(recipeWith("sensor: [40, 34]"));
  await rm(join(folder, "test/a"), { recursive: true });
  const task = { ...taskOf(test), ...table };
  const samples = await loadTest(recipeWith(""), { table: task });
  expect(samples.shape).toEqual([2, 34, 40]);
  const [batch] = samples.batches({ batchSize: 1 });
  expect([...batch!.labels]).toEqual([1]);
  const resumed = await loadSplits(recipeWith(""), { table: task });
  expect(resumed.train.classNames).toEqual(["a", "b"]);
});

it("frames begin and are resized as a recipe says", async () => {
  await putTwoClasses();
  const frames =
    "frames: { splitBy: duration, duration: 0.02, origin: 0.02, values: binary, resize: [17, 17] }";
  const { test } = await loadSplits(recipeWith(`sensor: [34, 34], ${frames}`));
  const [batch] = test.batches({ batchSize: 1 });
  expect(batch!.shape).toEqual([2, 1, 2, 17, 17]);
  // Three of the four events are at 20 us or later; two pixels become one, with the weights 1 3 3 1.
  expect(batch!.inputs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(3 / 4, 1);
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
  const [batch] = test.batches({ batchSize: 1 });
  const at = (step: number, y: number): number =>
    batch!.inputs[((step * 2 + (y % 2)) * 34 + y) * 34 + 3] as number;
  const values = [0, 1].flatMap((step) => [1, 2, 3, 4].map((y) => at(step, y)));
  values.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 6));
});

it("takes a camera of several, or all side by side", async () => {
  const pair = (x: number): Uint8Array => {
    const header = "#!AER-DAT2.0\r\n# AEChip: DVS128StereoPair\r\n";
    const bytes = Buffer.alloc(header.length + 24);
    bytes.write(header, "latin1");
    // Left, right, right.
    [0, 0x8000, 0x8000].forEach((bit, i) => {
      bytes.writeUInt32BE(bit | (x << 1), header.length + 8 * i);
      bytes.writeUInt32BE(10 * i, header.length + 8 * i + 4);
    });
    return bytes;
  };
  for (const name of ["train/a/1.aedat", "test/a/1.aedat"]) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), pair(5));
  }
  await expect(loadSplits(recipeWith(""))).rejects.toThrow(/2 cameras \(camera 0: 1, camera 1: 2\)/);
  const sum = async (data: string) => {
    const { test } = await loadSplits(recipeWith(data));
    const [batch] = test.batches({ batchSize: 1 });
    return [test.shape, batch!.inputs.reduce((total, value) => total + value, 0)];
  };
  expect(await sum("camera: 0")).toEqual([[2, 128, 128], 1]);
  expect(await sum("camera: 1")).toEqual([[2, 128, 128], 2]);
  expect(await sum("camera: all")).toEqual([[2, 128, 256], 3]);
  expect(() => recipeWith("camera: left")).toThrow(/camera/);
});
