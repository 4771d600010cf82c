import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { folder, myelin, readJson } from "./process.ts";

const IDX = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 200]);

describe("myelin data", () => {
  it("lists every data set and finds the one that comes along", async () => {
    const { code, stdout } = await myelin(["data", "list", "--json"]);
    const sets = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(sets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["mnist", "fashion-mnist", "cifar10"]),
    );
    expect(sets.find(({ name }) => name === "mnist")).toMatchObject({ trainCount: 60000, bundled: true });
    expect((await myelin(["data", "list"])).stdout).toMatch(
      /^mnist +60,000 \+ 10,000 images of 1 x 28 x 28/m,
    );
  });

  it("lists what lies there beside what was published, and what is wrong with it", async () => {
    mkdirSync(join(folder, "data", "cifar10"), { recursive: true });
    const batch = join(folder, "data", "cifar10", "data_batch_1.bin");
    writeFileSync(batch, Buffer.alloc(2 * 3073));
    const alone = { MYELIN_DATA: "", XDG_CACHE_HOME: join(folder, "cache") };
    const list = async (...more: string[]) => {
      const { stdout } = await myelin(["data", "list", "--data-dir", "data", ...more], alone);
      return stdout.split("\n").find((line) => /^cifar10 |"name":"cifar10"/.test(line))!;
    };
    expect(await list()).toMatch(
      /2 of 50,000 \+ 0 of 10,000 images of 3 x 32 x 32 {3}.*cifar10; test is not here; get it with: npx/,
    );
    expect(JSON.parse(await list("--json"))).toMatchObject({
      folder: null,
      parts: {
        train: { published: 50000, here: 2, problem: null },
        test: { published: 10000, here: null, folder: null },
      },
    });
    writeFileSync(batch, "cut short");
    expect(await list()).toMatch(/\? of 50,000 \+ .*train cannot be counted: readCifar10: data_batch_1\.bin/);
    expect((await myelin(["data", "list"], alone)).stdout).toMatch(
      /^ssc +75,466 .*, as published {3}not here; get/m,
    );
  });

  it.each([
    ["plain", IDX],
    ["gzipped", gzipSync(IDX)],
  ])("says what is in a %s IDX file", async (_, bytes) => {
    writeFileSync(join(folder, "file"), bytes);
    const { stdout } = await myelin(["data", "info", "file", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ format: "idx", type: "uint8", shape: [2, 1, 3], min: 1, max: 200 });
    expect((await myelin(["data", "info", "file"])).stdout).toContain("shape: 2 x 1 x 3\n");
  });

  it("says what is in a CIFAR-10 file", async () => {
    const records = Buffer.alloc(2 * 3073, 7);
    writeFileSync(join(folder, "batch.bin"), records);
    const { stdout } = await myelin(["data", "info", "batch.bin", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      format: "cifar10",
      shape: [2, 3, 32, 32],
      classes: 1,
      min: 7,
      max: 7,
    });
  });
});

describe("myelin data convert", () => {
  /** Two events in N-MNIST's layout: x, y, polarity and 23 bits of microseconds. */
  const RECORDING = Buffer.from([3, 4, 0x80, 0, 10, 5, 6, 0, 0, 20]);

  it("turns a recording into another format, of which data info says the same", async () => {
    writeFileSync(join(folder, "two.bin"), RECORDING);
    const { code, stdout } = await myelin(["data", "convert", "two.bin", "two.aedat4"]);
    expect(code).toBe(0);
    expect(stdout).toBe("two.aedat4: 2 events of 34 x 34 in aedat4, from N-MNIST bin\n");
    const info = JSON.parse((await myelin(["data", "info", "two.aedat4", "--json"])).stdout) as object;
    expect(info).toEqual({
      ...{ format: "AEDAT 4.0", events: 2, first: [10, 3, 4, 1], last: [20, 5, 6, 0] },
      ...{ width: 34, height: 34, tMin: 10, tMax: 20, on: 1 },
    });
  });

  it("takes one camera of several, or all side by side, and says what was passed over", async () => {
    const header = "#!AER-DAT2.0\r\n# AEChip: ch.unizh.ini.jaer.chip.stereopsis.DVS128StereoPair\r\n";
    const records = Buffer.alloc(24);
    // Row 1, column 3, ON, at 10, 20 and 30 us; the second event is of the right camera.
    [0x0107, 0x8107, 0x0107].forEach((address, i) => {
      records.writeUInt32BE(address, 8 * i);
      records.writeUInt32BE(10 * (i + 1), 8 * i + 4);
    });
    writeFileSync(join(folder, "pair.aedat"), Buffer.concat([Buffer.from(header), records]));
    const info = await myelin(["data", "info", "pair.aedat", "--json"]);
    expect(JSON.parse(info.stdout)).toMatchObject({ events: 3, width: 256, height: 128, cameras: [2, 1] });
    expect((await myelin(["data", "info", "pair.aedat"])).stdout).toContain("cameras: 2, 1\n");
    const none = await myelin(["data", "convert", "pair.aedat", "one.mev"]);
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toMatch(
      /events of 2 cameras \(camera 0: 2, camera 1: 1\)\. Read one with camera: 0,/,
    );
    const convert = async (camera: string) =>
      JSON.parse(
        (await myelin(["data", "convert", "pair.aedat", "one.mev", "--json", "--camera", camera])).stdout,
      ) as object;
    expect(await convert("1")).toMatchObject({
      ...{ file: "one.mev", to: "compact", events: 1, width: 128 },
      skipped: { otherCameras: 2, outsideSensor: 0 },
    });
    expect(await convert("all")).toMatchObject({ events: 3, width: 256, skipped: { otherCameras: 0 } });
  });

  it("shows images to a simulated camera", async () => {
    const run = await myelin(["data", "convert", "mnist", "digits", "--to", "events", "--limit", "2"]);
    expect(run.stdout).toContain("mnist test: 100 %\ndigits: 2 + 2 recordings\n");
    expect(readdirSync(join(folder, "digits"))).toEqual(["Test", "Train", "recordings.json"]);
  });

  it.each([
    [["two.bin"], /expected the file to write after two\.bin, got none/],
    [["two.bin", "two.xyz"], /expected one of the formats aedat4 .*, got \.xyz/],
    [["two.bin", "two.mev", "--to", "evt9"], /expected one of the formats .*, got evt9/],
    [["nofile", "two.mev"], /expected a readable file at nofile/],
    [["mnist"], /expected a recording, fsdd, or a data set of images with --to events, got mnist alone/],
    [["digits", "two.mev"], /digits/],
  ])("refuses %j and leaves nothing behind", async (args, message) => {
    writeFileSync(join(folder, "two.bin"), RECORDING);
    const before = readdirSync(folder);
    const run = await myelin(["data", "convert", ...args]);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(/^error: (?!unexpected)/);
    expect(run.stderr).toMatch(message);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("myelin reproduce", () => {
  const args = [
    "reproduce",
    "klif",
    "--data",
    "mnist",
    "--seeds",
    "1",
    "--epochs",
    "1",
    "--limit",
    "40",
    "--out",
    "study",
  ];

  it("trains the three neurons of klif, writes tables and report and keeps what is finished", async () => {
    const first = await myelin(args);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const { summaries } = readJson("study", "table.json") as { summaries: Record<string, unknown>[] };
    expect(summaries.map(({ variant }) => variant)).toEqual(["lif", "plif", "klif"]);
    expect(first.stdout).toContain("| data | neuron | seeds | test accuracy (%) |");
    expect(readFileSync(join(folder, "study", "report.html"), "utf8")).toContain("mnist-klif-1/report.html");
    const second = await myelin(args);
    expect(second.stdout.match(/seed 1: kept/g)).toHaveLength(3);
    expect(second.stdout).not.toContain("epoch 1/1");
    const longer = await myelin(args.with(args.indexOf("--epochs") + 1, "2"));
    expect(longer.stderr).toMatch(
      /^error: --epochs 2: expected 1, as the trainings in study have\. .*--out\.\n$/,
    );
  });

  it("names what a study does not have", async () => {
    const run = await myelin(["reproduce", "esl", "--only", "set-11"]);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(/^error: --only: expected one of dense, static-50, .*, got "set-11"\.\n$/);
  });
});
