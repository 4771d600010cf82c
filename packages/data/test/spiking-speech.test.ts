import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import wavefile from "wavefile";
import {
  convertFsdd,
  getDataset,
  listDatasets,
  loadDataset,
  loadSpikes,
  readSpikesFile,
  spikeDataset,
  writeSpikesFile,
  type SpikeDataset,
} from "../src/index.ts";
import { installDataset } from "../src/node/download/get-dataset.ts";
import { findSpecOfKind } from "../src/node/registry/index.ts";
import { sendWithRanges, startServer } from "./http-server.ts";
import { zipBytes } from "./zip-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "speech-"));
  vi.stubEnv("MYELIN_DATA", undefined);
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** `count` samples of one spike each, of speakers 0 to 5 in turn. */
function spikes(count: number, classes = 20): SpikeDataset {
  return spikeDataset({
    name: "made",
    units: 700,
    classNames: Array.from({ length: classes }, (_, label) => `class ${label}`),
    labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
    sources: Uint16Array.from({ length: count }, (_, i) => i % 6),
    times: new Uint16Array(count),
    unitIds: Uint16Array.from({ length: count }, (_, i) => i % 700),
    offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i),
  });
}

async function install(file: string, dataset: SpikeDataset): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeSpikesFile(path.join(folder, file), dataset);
}

describe("SHD", () => {
  test.each(["SHD", "shd"])("is read from a folder called %s", async (name) => {
    await install(`${name}/shd_test.h5`, spikes(21));
    const dataset = await loadSpikes("shd", { split: "test", dataDir: folder });
    expect(dataset).toMatchObject({ name: "SHD", count: 21, classes: 20, units: 700 });
    expect(dataset.classNames[15]).toBe("fünf");
  });

  test("is read from a gzipped file", async () => {
    await install("shd/shd_test.h5", spikes(21));
    const file = path.join(folder, "shd/shd_test.h5");
    await writeFile(`${file}.gz`, gzipSync(await readFile(file)));
    await rm(file);
    expect(await loadSpikes("shd", { split: "test", dataDir: folder })).toMatchObject({ count: 21 });
  });

  test("says so when it was made anew from the recordings", async () => {
    await install("shd/shd_test.h5", spikes(2273));
    const { name } = await loadSpikes("shd", { split: "test", dataDir: folder });
    expect(name).toBe("SHD (regenerated)");
  });

  test("is nowhere: the message has the command; wrong kinds and splits are errors", async () => {
    const load = (name: string, split: "train" | "validation") =>
      loadSpikes(name, { split, dataDir: folder });
    await expect(load("shd", "train")).rejects.toThrow(
      /no shd_train.h5.*Get it with: npx myelin data get shd/,
    );
    await expect(load("shd", "validation")).rejects.toThrow(/got "validation", which it does not publish/);
    await expect(load("ssc", "validation")).rejects.toThrow(/no ssc_valid.h5/);
    await expect(load("mnist", "train")).rejects.toThrow(
      /^loadSpikes: .* got mnist, which holds images. Use loadDataset/,
    );
    await expect(loadDataset("shd", { split: "train" })).rejects.toThrow(/^loadDataset: .* Use loadSpikes/);
  });
});

describe("the download of a Heidelberg data set", () => {
  /** The spec of SHD with the checksum of a small archive, whose server is on this machine. */
  async function served(url: string, archive: Uint8Array) {
    const spec = findSpecOfKind("shd", "spikes");
    const hex = createHash("md5").update(archive).digest("hex");
    const [train] = spec.downloads;
    const download = {
      ...train!,
      checksum: { algorithm: "md5", hex } as const,
      urls: [`${url}/${train!.file}`],
    };
    return { ...spec, downloads: [download] };
  }

  async function archive(): Promise<Uint8Array> {
    await install("made/shd_train.h5", spikes(40));
    const contents = await readFile(path.join(folder, "made/shd_train.h5"));
    return zipBytes(new Map([["somewhere/shd_train.h5", contents]]));
  }

  test("goes on with what an earlier call left, unpacks the archive and removes it", async () => {
    const bytes = await archive();
    const server = await startServer((request, response) => sendWithRanges(bytes, request, response));
    const target = path.join(folder, "shd");
    await mkdir(target);
    await writeFile(path.join(target, "shd_train.h5.zip.part"), bytes.subarray(0, 1000));
    await installDataset(await served(server.url, bytes), target, { pauseMs: 1 }).finally(() =>
      server.close(),
    );
    expect(server.requests.at(-1)).toBe("/shd_train.h5.zip bytes=1000-");
    expect(await readdir(target)).toEqual(["shd_train.h5"]);
    expect(await loadSpikes("shd", { split: "train", dataDir: folder })).toMatchObject({ count: 40 });
  });

  test("of another archive leaves nothing behind", async () => {
    const bytes = zipBytes(new Map([["readme.txt", Uint8Array.of(1)]]));
    const server = await startServer((request, response) => sendWithRanges(bytes, request, response));
    const target = path.join(folder, "shd");
    const attempt = installDataset(await served(server.url, bytes), target, { pauseMs: 1 });
    await expect(attempt.finally(() => server.close())).rejects.toThrow(
      /shd_train.h5.zip: expected a whole zip archive with shd_train.h5 .* got no such file inside/,
    );
    expect(await readdir(target)).toEqual(["shd_train.h5.zip"]);
  });
});

describe("FSDD", () => {
  const names = ["ann", "bob"].flatMap((speaker) =>
    [0, 3].flatMap((digit) => [4, 5].map((index) => `${digit}_${speaker}_${index}.wav`)),
  );

  function tone(hertz: number): Uint8Array {
    const wav = new wavefile.WaveFile();
    const samples = Array.from({ length: 800 }, (_, i) => 9000 * Math.sin((2 * Math.PI * hertz * i) / 8000));
    wav.fromScratch(1, 8000, "16", samples);
    return wav.toBuffer();
  }

  async function archive(contents: (name: string) => Uint8Array = () => tone(500)): Promise<void> {
    const files = new Map(names.map((name) => [`recordings/${name}`, contents(name)]));
    files.set("recordings/readme.txt", Uint8Array.of(1));
    await mkdir(path.join(folder, "fsdd"), { recursive: true });
    await writeFile(path.join(folder, "fsdd/free-spoken-digit-dataset.zip"), zipBytes(files));
  }

  const options = { threads: 1, cochlea: { channels: 24 } };

  test("becomes two files in the layout of SHD, once", async () => {
    await archive();
    const progress: number[] = [];
    const convert = () =>
      convertFsdd({
        ...options,
        dataDir: folder,
        onProgress: ({ done, total }) => progress.push(done / total),
      });
    expect(await convert()).toEqual({ folder: path.join(folder, "fsdd"), cached: false });
    expect(progress.at(-1)).toBe(1);
    expect(await convert()).toMatchObject({ cached: true });
    const train = await loadSpikes("fsdd", { split: "train", dataDir: folder });
    expect(train).toMatchObject({
      name: "FSDD",
      labels: Uint32Array.of(0, 0, 3, 3),
      sources: Uint32Array.of(0, 1, 0, 1),
    });
    expect(train.classNames[3]).toBe("three");
    expect(Math.max(...train.unitIds)).toBeLessThan(24);
    const test = await readSpikesFile(path.join(folder, "fsdd/fsdd_test.h5"), { name: "x" });
    expect(test.count).toBe(4);
    expect(test.times.length).toBeGreaterThan(40);
  });

  test("splits by speaker as well", async () => {
    await install("fsdd/fsdd_train.h5", spikes(12, 10));
    await install("fsdd/fsdd_test.h5", spikes(6, 10));
    const [train, test] = await Promise.all(
      (["train", "test"] as const).map((split) => loadSpikes("fsdd-speakers", { split, dataDir: folder })),
    );
    expect([...new Set(train!.sources)]).toEqual([0, 1, 2, 3]);
    expect([...new Set(test!.sources)]).toEqual([4, 5]);
    expect([train!.count, test!.count]).toEqual([12, 6]);
  });

  test("without archive, or with a damaged recording, is an error that leaves no files", async () => {
    await expect(convertFsdd({ ...options, dataDir: folder })).rejects.toThrow(
      /^convertFsdd: expected free-spoken-digit-dataset.zip in one of the data folders/,
    );
    await archive((name) => (name === "3_bob_5.wav" ? new Uint8Array(9) : tone(300)));
    await expect(convertFsdd({ ...options, dataDir: folder })).rejects.toThrow(
      /^readWav: 3_bob_5.wav: expected a WAV/,
    );
    expect(await readdir(path.join(folder, "fsdd"))).toEqual(["free-spoken-digit-dataset.zip"]);
    await writeFile(path.join(folder, "fsdd/free-spoken-digit-dataset.zip"), "no zip");
    await expect(convertFsdd({ ...options, dataDir: folder })).rejects.toThrow(
      /^readZip: free-spoken-digit-dataset.zip/,
    );
  });

  test("is not downloaded: the messages name the command that makes it", async () => {
    await expect(getDataset("fsdd", { dataDir: folder })).rejects.toThrow(/npx myelin data convert fsdd/);
    await expect(loadSpikes("fsdd", { split: "train", dataDir: folder })).rejects.toThrow(
      /no fsdd_train.h5.*npx myelin data convert fsdd/,
    );
    const listing = (await listDatasets({ dataDir: folder })).find(({ name }) => name === "fsdd");
    expect(listing).toMatchObject({ kind: "spikes", units: 700, folder: undefined });
  });
});
