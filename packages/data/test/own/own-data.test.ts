import { onWarning } from "@myelin/core";
import { encode } from "fast-png";
import { WaveFile } from "wavefile";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import {
  describeOwnFolder,
  openImageFolder,
  openSoundFolder,
  openSpikeFiles,
  openTable,
  spikeDataset,
  writeSpikesFile,
} from "../../src/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-own-"));
  said.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const said: string[] = [];
const before = onWarning((message) => said.push(message));
afterAll(() => void onWarning(before));

async function put(name: string, contents: string | Uint8Array = ""): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, contents);
}

/** A PNG image of one shade, or of one colour. */
function png(shade: number, width = 4, height = 2, channels: 1 | 3 = 1): Uint8Array {
  const data = new Uint8Array(width * height * channels).fill(shade);
  if (channels === 3) data[0] = 255 - shade;
  return encode({ width, height, data, channels, depth: 8 });
}

it("reads images by part and class", async () => {
  for (const [name, shade] of [
    ["train/10/a.png", 1],
    ["train/9/b.png", 2],
    ["train/9/a", 3],
    ["test/9/c.png", 4],
    ["test/x/d.png", 5],
  ] as const) {
    await put(name, png(shade));
  }
  for (const name of [
    "train/.DS_Store",
    "train/9/Thumbs.db",
    "train/9/notes.txt",
    "train/lost.png",
    "train/9/deeper/a.png",
  ])
    await put(name, "x");
  await put("train/9/empty.png");
  await mkdir(path.join(folder, "train/none"));
  await symlink(path.join(folder, "nowhere.png"), path.join(folder, "train/9/z.png"));
  await symlink(path.join(folder, "train/10/a.png"), path.join(folder, "train/10/b.png"));
  const opened = await openImageFolder(folder);
  expect(opened.classNames).toEqual(["9", "10", "x"]);
  const files = {
    hidden: 2,
    brokenLinks: 1,
    emptyFiles: 1,
    otherFiles: 1,
    misplacedFiles: 2,
    emptyClasses: 1,
    otherFolders: 0,
  };
  expect(opened.passedOver).toEqual(files);
  const train = await opened.open("train");
  expect(train).toMatchObject({
    count: 4,
    channels: 1,
    height: 2,
    width: 4,
    labels: Uint32Array.of(0, 0, 1, 1),
  });
  expect([0, 1, 2, 3].map((i) => train.images[8 * i])).toEqual([3, 2, 1, 1]);
  expect([...(await opened.open("test")).labels]).toEqual([0, 2]);
  expect(said.join("\n")).toMatch(
    /train: expected images of all 3 classes, got none of x\. Labels keep their numbers/,
  );
});

it("draws a test part where there is none, the same each time", async () => {
  for (let i = 0; i < 10; i++) for (const name of ["a", "b"]) await put(`${name}/${i}.png`, png(i));
  const shades = async (options: object) => {
    const { images, count } = await (await openImageFolder(folder, options)).open("test");
    return Array.from({ length: count }, (_, i) => images[8 * i]);
  };
  const drawn = await shades({});
  expect(drawn).toHaveLength(4);
  expect(await shades({})).toEqual(drawn);
  expect(await shades({ splitSeed: 2 })).not.toEqual(drawn);
  expect(await shades({ test: 0.5 })).toHaveLength(10);
  const limited = await (await openImageFolder(folder, { limit: { train: 4 } })).open("train");
  expect([...limited.labels]).toEqual([0, 0, 1, 1]);
  await expect(openImageFolder(folder, { test: 1 })).rejects.toThrow(
    /openImageFolder\.test: expected a finite number > 0 and < 1|openImageFolder\.test/,
  );
  await expect(openImageFolder(folder, { classNames: ["a"] })).rejects.toThrow(
    /expected only the classes a that the network was trained on, got "b"/,
  );
});

it("asks for one size, takes colours where there are any, and names what is broken", async () => {
  for (let i = 0; i < 5; i++) await put(`a/${i}.png`, png(50, 4, 2, i === 4 ? 3 : 1));
  await put("b/wide.png", png(9, 6, 2));
  for (const name of ["b/1.png", "b/2.png", "b/3.png", "b/4.png"]) await put(name, png(9));
  await expect(openImageFolder(folder).then((own) => own.open("train"))).rejects.toThrow(
    /one size, got 4 x 2 in .*png and 6 x 2 in .*wide\.png\. Say resize: \[4, 2\]/,
  );
  const whole = await openImageFolder(folder, { resize: [2, 2], test: 0.2 });
  const [train, test] = [await whole.open("train"), await whole.open("test")];
  expect([train.channels, test.channels]).toEqual([3, 3]);
  expect(
    (await (await openImageFolder(folder, { resize: [2, 2], channels: 1 })).open("train")).channels,
  ).toBe(1);
  await put("b/3.png", png(9).subarray(0, 40));
  await expect(
    openImageFolder(folder, { resize: [2, 2], test: 0.1 }).then((own) => own.open("train")),
  ).rejects.toThrow(/b.3\.png, byte \d+: expected a PNG image up to its end, got 40 bytes/);
  await put("b/3.png", "GIF89a");
  await expect(
    openImageFolder(folder, { resize: [2, 2], test: 0.1 }).then((own) => own.open("train")),
  ).rejects.toThrow(/3\.png.*got a GIF image/);
});

it("takes a table of files and labels", async () => {
  for (const name of ["one.png", "two.png", "sub/three.png"]) await put(name, png(7));
  await put("list.csv", 'path,Class,split\none.png,"a, b",train\ntwo.png,c,TRAIN\nsub/three.png,c,test\n');
  const opened = await openImageFolder(path.join(folder, "list.csv"));
  expect(opened).toMatchObject({ classNames: ["a, b", "c"], counts: { train: 2, test: 1 } });
  for (const [rows, message] of [
    ["file,label\nnone.png,a", /list\.csv, line 2: expected a file at .*none\.png, got none/],
    ["file,label\none.png", /line 2: expected 2 cells/],
    ["file,label\none.png,", /line 2: expected a file and its label, got no label/],
    ["file,label,split\none.png,a,val", /line 2: expected the part train or test, got "val"/],
    ["a,b,c", /expected columns "file" and "label", got/],
  ] as const) {
    await put("list.csv", rows);
    await expect(openImageFolder(path.join(folder, "list.csv"))).rejects.toThrow(message);
  }
});

it("says what a folder holds", async () => {
  for (const name of ["train/a/1.png", "train/a/2.png", "train/b/1.png", "test/a/1.png"])
    await put(name, png(7));
  expect(await describeOwnFolder(folder)).toMatchObject({
    name: "image-folder",
    isDivided: true,
    classes: [
      { name: "a", train: 2, test: 1 },
      { name: "b", train: 1, test: 0 },
    ],
    sizes: [
      [4, 2],
      [4, 2],
    ],
  });
  await rm(path.join(folder, "train"), { recursive: true });
  await rm(path.join(folder, "test"), { recursive: true });
  expect(await describeOwnFolder(folder)).toBeUndefined();
});

it("reads tables in one file or two", async () => {
  await put(
    "all.csv",
    `x,y,label\n${Array.from({ length: 20 }, (_, i) => `${i},${2 * i},${i % 2 ? "odd" : "even"}`).join("\n")}`,
  );
  const whole = await openTable(path.join(folder, "all.csv"));
  expect(whole).toMatchObject({ classNames: ["even", "odd"], columns: ["x", "y"] });
  expect([whole.open("train").count, whole.open("test").count]).toEqual([16, 4]);
  await put("two/my_train.csv", "label,x\nb,1\na,2");
  await put("two/my_test.csv", "label,x\nc,3");
  const two = await openTable(path.join(folder, "two"));
  expect([two.classNames, [...two.open("train").labels], [...two.open("test").labels]]).toEqual([
    ["a", "b", "c"],
    [1, 0],
    [2],
  ]);
  await put("two/my_test.csv", "label,z\nc,3");
  await expect(openTable(path.join(folder, "two"))).rejects.toThrow(
    /expected the columns of my_train\.csv, x, got z/,
  );
  await rm(path.join(folder, "two/my_test.csv"));
  await expect(openTable(path.join(folder, "two"))).rejects.toThrow(
    /whose name ends with "test", got my_train\.csv/,
  );
});

it("reads spikes of any number of units and classes", async () => {
  const spikes = (labels: number[], classNames: string[]) =>
    spikeDataset({
      ...{ name: "few", units: 900, classNames, labels, times: Float32Array.from(labels, () => 0.5) },
      unitIds: Uint16Array.from(labels, (label) => 800 + label),
      offsets: Uint32Array.from({ length: labels.length + 1 }, (_, i) => i),
    });
  await mkdir(path.join(folder, "two"));
  await writeSpikesFile(path.join(folder, "two/own_train.h5"), spikes([0, 1, 1], ["b", "a"]));
  await writeSpikesFile(path.join(folder, "two/own_test.h5"), spikes([0, 1], ["c", "b"]));
  const files = await openSpikeFiles(path.join(folder, "two"));
  expect(files).toMatchObject({ units: 802, classNames: ["a", "b", "c"] });
  expect([[...files.open("train").labels], [...files.open("test").labels]]).toEqual([
    [1, 0, 0],
    [2, 1],
  ]);
  const one = await openSpikeFiles(path.join(folder, "two/own_train.h5"), { units: 900, test: 0.5 });
  expect([one.units, one.open("train").count, one.open("test").count]).toEqual([900, 1, 2]);
});

it("hears sounds once", async () => {
  const tone = (pitch: number): Uint8Array => {
    const wav = new WaveFile();
    wav.fromScratch(
      1,
      8000,
      "16",
      Int16Array.from({ length: 800 }, (_, i) => 8000 * Math.sin(i * pitch)),
    );
    return wav.toBuffer();
  };
  for (const part of ["train", "test"])
    for (const [name, pitch] of [
      ["low", 0.3],
      ["high", 1.5],
    ] as const)
      await put(`${part}/${name}/a.wav`, tone(pitch));
  let heard = 0;
  const options = {
    cochlea: { channels: 4 },
    dataDir: path.join(folder, "kept"),
    threads: 1,
    onProgress: () => heard++,
  };
  const opened = await openSoundFolder(folder, options);
  const train = await opened.open("train");
  expect(train).toMatchObject({
    count: 2,
    units: 4,
    classNames: ["high", "low"],
    labels: Uint32Array.of(0, 1),
  });
  expect(train.times.length).toBeGreaterThan(20);
  expect(await opened.open("test")).toMatchObject({ count: 2 });
  expect(heard).toBe(4);
  const again = await (await openSoundFolder(folder, options)).open("train");
  expect([heard, again.times]).toEqual([4, train.times]);
});
