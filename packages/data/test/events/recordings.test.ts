import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FormatError, MyelinError } from "@myelin/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { getDataset, loadEvents } from "../../src/index.ts";
import {
  AEDAT3_HEADER,
  aedat2Bytes,
  aedat3Packet,
  concatBytes,
  nMnistBytes,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";
import { zipBytes } from "../zip-bytes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-recordings-"));
  vi.stubEnv("MYELIN_DATA", "");
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, "cache"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function put(file: string, bytes: Uint8Array | string): Promise<void> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, bytes);
}

const load = (name: string, split: "train" | "test" = "train") =>
  loadEvents(name, { split, dataDir: folder });

/** A recording that is told from others by its first event. */
function recording(mark: number): TestEvent[] {
  return [[1, mark, 2, 1], ...plainEvents(20)];
}

describe("N-MNIST", () => {
  test("in folders: the classes are those of either split, recordings come by class and number", async () => {
    await put("NMNIST/Train/7/00002.bin", nMnistBytes(recording(2)));
    await put("NMNIST/Train/3/00009.bin", nMnistBytes(recording(9)));
    await put("NMNIST/Train/3/00004.bin", nMnistBytes(recording(4)));
    await put("NMNIST/Train/3/notes.txt", "not a recording");
    await put("NMNIST/Test/1/00001.bin", nMnistBytes(recording(1)));
    const train = await load("nmnist");
    expect(train).toMatchObject({
      name: "nmnist",
      count: 3,
      width: 34,
      height: 34,
      classNames: ["1", "3", "7"],
    });
    expect([...train.labels]).toEqual([1, 1, 2]);
    const first = await Promise.all([0, 1, 2].map((i) => train.read(i)));
    expect(first.map(({ x }) => x[0])).toEqual([4, 9, 2]);
    expect(tuplesOf(first[0]!)).toEqual(recording(4));
    expect(first[0]).toMatchObject({ width: 34, height: 34 });
    expect([...(await load("nmnist", "test")).labels]).toEqual([0]);
    await expect(train.read(3)).rejects.toThrow(/nmnist.read: expected a recording from 0 to 2, got 3/);
  });

  test("in archives: ten classes, read where they lie", async () => {
    const entries = [5, 0].map((digit) => ({
      name: `Train/${digit}/0000${digit}.bin`,
      data: nMnistBytes(recording(digit + 10)),
    }));
    await put("nmnist-raw/Train.zip", zipBytes([{ name: "Train/", data: new Uint8Array(0) }, ...entries]));
    const train = await load("nmnist-raw");
    expect(train.classNames).toHaveLength(10);
    expect([...train.labels]).toEqual([0, 5]);
    expect((await train.read(1)).x[0]).toBe(15);
    await train.close();
    await expect(load("nmnist-raw", "test")).rejects.toThrow(/no Test.zip/);
  });

  test.each([
    [
      "leads out of the archive",
      zipBytes([{ name: "../0/1.bin", data: new Uint8Array(5) }]),
      /invalid relative path/,
    ],
    ["is no archive", new Uint8Array(100), /an undamaged zip archive/],
    [
      "is cut",
      zipBytes([{ name: "Train/0/1.bin", data: nMnistBytes(recording(1)) }]).subarray(0, -30),
      /Train.zip/,
    ],
  ])("an archive that %s is refused", async (_, bytes, message) => {
    await put("nmnist/Train.zip", bytes);
    await expect(load("nmnist")).rejects.toThrow(FormatError);
    await expect(load("nmnist")).rejects.toThrow(message);
  });

  test("entries that unfold beyond what they claim, or claim too much, are refused", async () => {
    const data = new Uint8Array(1_000_000);
    await put(
      "nmnist/Train.zip",
      zipBytes([
        { name: "Train/0/1.bin", data, claimed: 100 },
        { name: "Train/0/2.bin", data, claimed: 2 ** 32 - 2 },
        { name: "Train/0/3.bin", data: nMnistBytes(recording(3)) },
      ]),
    );
    const train = await load("nmnist");
    await expect(train.read(0)).rejects.toThrow(/undamaged data of Train\/0\/1.bin, got too many bytes/);
    await expect(train.read(1)).rejects.toThrow(
      /at most 1073741824 bytes in Train\/0\/2.bin, got 4294967294/,
    );
    expect((await train.read(2)).x[0]).toBe(3);
    await train.close();
  });

  test("a damaged recording is named", async () => {
    await put("NMNIST/Train/0/00001.bin", new Uint8Array(100));
    await expect((await load("nmnist")).read(0)).rejects.toThrow(
      /openEvents: 0\/00001.bin, byte 0: expected a recording/,
    );
  });
});

describe("sets without official parts", () => {
  const turned = (events: readonly TestEvent[]) => events.map(([t, x, y, p]) => [t, 127 - y, 127 - x, 1 - p]);

  test("CIFAR10-DVS: nine tenths of each class train, events stand upright", async () => {
    for (let i = 0; i < 11; i++) {
      await put(`cifar10-dvs/frog/cifar10_frog_${i}.aedat`, aedat2Bytes(recording(i)));
    }
    await put("cifar10-dvs/cat/cifar10_cat_0.aedat", aedat2Bytes(recording(50)));
    const train = await load("cifar10-dvs");
    const testSet = await load("cifar10-dvs", "test");
    expect([train.count, testSet.count]).toEqual([11, 1]);
    expect([...new Set(train.labels)]).toEqual([3, 6]);
    expect(tuplesOf(await train.read(0))).toEqual(turned(recording(50)));
    // By code units: _0, _1, _10, _2, ..., _9.
    expect(tuplesOf(await testSet.read(0))).toEqual(turned(recording(9)));
  });

  test("CIFAR10-DVS: from one archive per class", async () => {
    for (const name of ["dog", "ship"]) {
      await put(
        `cifar10-dvs/${name}.zip`,
        zipBytes([{ name: `${name}/cifar10_${name}_0.aedat`, data: aedat2Bytes(recording(1)) }]),
      );
    }
    const train = await load("cifar10-dvs");
    expect([...train.labels]).toEqual([5, 8]);
    expect(tuplesOf(await train.read(1))).toEqual(turned(recording(1)));
    await train.close();
  });

  test("N-Caltech101: classes are the folders that are there, unpacked or in the archive", async () => {
    const files = ["anchor", "BACKGROUND_Google"].map((name) => ({
      name: `Caltech101/${name}/image_0001.bin`,
      data: nMnistBytes([...recording(1), [5000, 200, 150, 1]]),
    }));
    for (const { name, data } of files) await put(`ncaltech101/${name}`, data);
    const classNames = ["BACKGROUND_Google", "anchor"];
    expect(await load("ncaltech101")).toMatchObject({ count: 2, classNames, width: 240, height: 180 });
    await rm(path.join(folder, "ncaltech101"), { recursive: true });
    await put("ncaltech101/Caltech101.zip", zipBytes(files));
    const archived = await load("ncaltech101");
    expect(archived).toMatchObject({ count: 2, classNames });
    expect((await archived.read(0)).x.at(-1)).toBe(200);
    await archived.close();
  });

  test("Poker-DVS: the suit is in the name of the file", async () => {
    for (const name of ["nclub01", "nspade02i", "nheart03"]) {
      await put(`poker-dvs/poker/${name}.aedat`, aedat2Bytes(recording(3)));
    }
    const train = await load("poker-dvs");
    expect([...train.labels]).toEqual([0, 2, 3]);
    expect(tuplesOf(await train.read(0))).toEqual(recording(3));
  });
});

describe("DVS128 Gesture", () => {
  const events = plainEvents(100, { step: 10 }); // from 1000 to 1990

  beforeEach(async () => {
    const place = "dvs-gesture/DvsGesture";
    await put(`${place}/trials_to_train.txt`, "user01_led.aedat\r\nuser12_natural.aedat\r\n\n");
    await put(`${place}/trials_to_test.txt`, "user01_led.aedat\n");
    const packets = [events.slice(0, 30), events.slice(30)].map((list) => aedat3Packet(list));
    const labels = "class,startTime_usec,endTime_usec\n1,1000,1100\n11,1250,1350\n";
    for (const name of ["user01_led", "user12_natural"]) {
      await put(`${place}/${name}.aedat`, concatBytes(AEDAT3_HEADER, ...packets));
      await put(`${place}/${name}_labels.csv`, labels);
    }
  });

  test("gestures are parts of recordings, from their start up to but not at their end", async () => {
    const train = await load("dvs-gesture");
    expect(train).toMatchObject({ count: 4, width: 128, height: 128 });
    expect([...train.labels]).toEqual([0, 10, 0, 10]);
    expect([...train.sources!]).toEqual([1, 1, 12, 12]);
    expect(tuplesOf(await train.read(0))).toEqual(events.slice(0, 10));
    expect(tuplesOf(await train.read(3))).toEqual(events.slice(25, 35));
    expect(train.classNames[10]).toBe("other gestures");
    expect((await load("dvs-gesture", "test")).count).toBe(2);
  });

  test.each(["12,0,5", "1,5,2", "1,5", "one,1,2"])("a label line %j is refused", async (line) => {
    await put(
      "dvs-gesture/DvsGesture/user01_led_labels.csv",
      `class,startTime_usec,endTime_usec\n1,2,3\n${line}\n`,
    );
    await expect(load("dvs-gesture")).rejects.toThrow(
      `user01_led_labels.csv, byte 40: expected class (1 to 11), start and end in microseconds, got "${line}"`,
    );
  });
});

test("what no address delivers says how to get it", async () => {
  await expect(load("poker-dvs")).rejects.toThrow(/\. Download poker_dvs.tar.gz from .* and unpack it/);
  await expect(load("cifar10-dvs")).rejects.toThrow(/Get it with: npx myelin data get cifar10-dvs$/);
  await expect(getDataset("dvs-gesture", { dataDir: folder })).rejects.toThrow(MyelinError);
  await expect(getDataset("dvs-gesture", { dataDir: folder })).rejects.toThrow(
    /Download DvsGesture.tar.gz from/,
  );
});
