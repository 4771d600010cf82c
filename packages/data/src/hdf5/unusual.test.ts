/** Spike files that are whole but not as those of the Heidelberg data sets. */
import { onWarning } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as library from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gunzip } from "../bytes/index.ts";
import { readSpikesFile } from "../node/spikes/read-spikes-file.ts";
import { readSpikes } from "./read-spikes.ts";

/**
 * Gzipped, made with h5py: three samples of 1, 2 and 3 spikes at i / 4 s from units 3 i, as rows of big-endian float32
 * and int64; labels are truth values, behind a user block of 512 bytes.
 */
const TRUTH_VALUES =
  "H4sIAAAAAAACA+2YsU7DMBCGz06CQgUiZWlgIWyIqRI7tKIpHSqKKEiMgNShoiCkFKkbHctbMPIojLxRaWKf0lgEEB1K1f9bLnc5" +
  "21F8PvtMBJaZl0atvl7YLiSK65JNnnohlRhraN/QNddaCi1HWr5Jtovkna/tRd2/6XdxHoax99iAxynbSnqYsqWkEVbPYnmldY6n" +
  "d5n1693cdnoRUfTYvetEaVxW/jiuIEf1IVhXIwuhDJb2S+WeinepmnguN3WpXm22wyTWL0NeNM7EHr+XUgrlpfq3xOQx0zMzmOs8" +
  "tE9bNTFJDvrjKLC+9+f1OnCyeeLVoaVe0Hl50fwvP+XFURF5EcwSiCqR+enylFO6xQlI6w4vYT89JUz724b/Cn4wAAAAsDh1VWAc" +
  "KPvd+7icoqeHbj+iedRVQeK6pc+6xd0dUlcCAZVcKj0TH1C4niKjnrJ0yVI2vmT4L+bBrKsG3u/qqo9NxPBsceVn4spbJT0HlR/i" +
  "6SAnnkaYBADAQnBy3GqKqQ2F93Xb8ONrVtewW1/YD4dp+5xtzOJrrjWj3RFlLw78nPaGG1U2MJcAAAAAAAAAAEAen2fCJrYAKgAA";

/** The same without a user block; labels are members of an enumeration, zero = 0, one = 1, five = 5, as big-endian int16. */
const ENUMERATION =
  "H4sIAAAAAAACA+2YvU7DMBDHz/moQgWiZWlgIWyMnRATFNFCB0QRMDACUhARpUWkoIqFjuUtGHkURt6oxI5NE0MAUQmo+v8t57ue" +
  "42t8ueT8UK9uzeQX8sRxHLKoQEkGElrWdMmxlEzKvpRPhrIz8Zsr7UV5fd3vcL9W494DDbVO2YplOjowKdRrG3tcHkld5dOzkfZr" +
  "npz6zZAovAou/HCYl5UfrsvIjq/BlB6vzFhsMKXfUK7G+R4ZeGiFqVjyzD0Lbn0+areEoDv/ui0G9luY0dARimEYwubI9UwWDQU5" +
  "LcLzX92Hg91GlUX/SAZDnvm5v3peu3a6TjzaNNEPdFZd1O/LV3WxX0RdBCNgi2KWKKmi+iR0U1U3NzEhoRuav6X553CPAQAAgDHp" +
  "qzztg7ITXPJ2im5aQSekv+irPOE6L791i0uLFB8JeFRyqHT/rn8irX/KyZalrEXS+xf7oPdV3cL3+qqXOeTwaHnlpvKK9+tOIrOz" +
  "82klI5/62AQAwFiwvdnYYYkXinqvW5qfOmZ1NLv5gX2tN5yf8Roz1THXtDZvndKnBm7GfM2NKrPYSwAAAAAAAAAAIItXNytoRQAo" +
  "AAA=";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "spikes-"));
  await library.ready;
});
afterAll(() => rm(folder, { recursive: true }));

async function unpack(text: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return gunzip(bytes, { maxBytes: 65536 });
}

interface Contents {
  readonly labels: { readonly data: unknown; readonly dtype?: string; readonly shape?: number[] };
  readonly times?: { readonly data: unknown; readonly dtype?: string; readonly shape?: number[] };
  readonly units?: { readonly data: unknown; readonly dtype?: string; readonly shape?: number[] };
  readonly keys?: string[];
}

const TIMES = { data: Float32Array.of(0.25, 0.5, 0.75, 1), shape: [2, 2] };
const UNITS = { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] };

let made = 0;

/** A file of two samples of two spikes each, as tables. */
async function make({ labels, times = TIMES, units = UNITS, keys }: Contents): Promise<Uint8Array> {
  const place = path.join(folder, `made-${made++}.h5`);
  const file = new library.File(place, "w");
  const put = (group: Pick<typeof file, "create_dataset">, name: string, contents: object): void => {
    group.create_dataset({ name, ...contents } as Parameters<typeof file.create_dataset>[0]);
  };
  put(file, "labels", labels);
  const spikes = file.create_group("spikes");
  put(spikes, "times", times);
  put(spikes, "units", units);
  if (keys) put(file.create_group("extra"), "keys", { data: keys });
  file.close();
  return readFile(place);
}

const THREE = {
  times: Float32Array.of(0, 0, 0.25, 0, 0.25, 0.5),
  unitIds: Uint16Array.of(0, 0, 3, 0, 3, 6),
  offsets: Uint32Array.of(0, 1, 3, 6),
};

describe("user blocks", () => {
  test("of the file's own are passed over, from bytes and from the disk", async () => {
    const bytes = await unpack(TRUTH_VALUES);
    await writeFile(path.join(folder, "block.h5"), bytes);
    const expected = { ...THREE, labels: Uint32Array.of(0, 1, 1), classNames: ["FALSE", "TRUE"] };
    expect(await readSpikes(bytes, { name: "x" })).toMatchObject(expected);
    expect(await readSpikesFile(path.join(folder, "block.h5"), { name: "x" })).toMatchObject(expected);
  });

  test.each([512, 1024, 4096])("of %i bytes may be put ahead later", async (size) => {
    const whole = await unpack(ENUMERATION);
    const bytes = new Uint8Array(size + whole.length);
    bytes.set(whole, size);
    expect(await readSpikes(bytes, { name: "x" })).toMatchObject(THREE);
    const cut = readSpikes(bytes.subarray(0, -1), { name: "x" });
    await expect(cut).rejects.toThrow(TruncatedError);
  });
});

describe("labels", () => {
  test("of an enumeration have its names", async () => {
    const { labels, classNames } = await readSpikes(await unpack(ENUMERATION), { name: "x" });
    expect([...labels]).toEqual([5, 0, 1]);
    expect(classNames).toEqual(["zero", "one", "2", "3", "4", "five"]);
  });

  test.each([
    ["<f8", Float64Array.of(3, 0)],
    ["<f4", Float32Array.of(3, 0)],
    ["<i4", Int32Array.of(3, 0)],
    ["<q", BigInt64Array.of(3n, 0n)],
    ["<B", Uint8Array.of(3, 0)],
  ])("may be numbers of type %s", async (dtype, data) => {
    const bytes = await make({ labels: { data, dtype } });
    expect([...(await readSpikes(bytes, { name: "x" })).labels]).toEqual([3, 0]);
  });

  test("may be a column", async () => {
    const bytes = await make({ labels: { data: Uint8Array.of(3, 0), shape: [2, 1] } });
    expect([...(await readSpikes(bytes, { name: "x" })).labels]).toEqual([3, 0]);
  });

  test("may be names, which count by classNames, by the keys or by the alphabet", async () => {
    const labels = { data: ["dog", "cat"] };
    const read = async (keys?: string[], classNames?: string[]): Promise<[number[], readonly string[]]> => {
      const bytes = await make({ labels, ...(keys && { keys }) });
      const set = await readSpikes(bytes, { name: "x", ...(classNames && { classNames }) });
      return [[...set.labels], set.classNames];
    };
    expect(await read()).toEqual([
      [1, 0],
      ["cat", "dog"],
    ]);
    expect(await read(["ape", "dog", "cat"])).toEqual([
      [1, 2],
      ["ape", "dog", "cat"],
    ]);
    expect(await read(["dog", "cat"], ["cat", "cow", "dog"])).toEqual([
      [2, 0],
      ["cat", "cow", "dog"],
    ]);
    await expect(read(undefined, ["dog"])).rejects.toThrow(
      'labels: expected one of the classes dog, got "cat". Give classNames that have all of them.',
    );
  });

  test("that are no whole numbers are named", async () => {
    const bytes = await make({ labels: { data: Float32Array.of(0, 0.5) } });
    await expect(readSpikes(bytes, { name: "x" })).rejects.toThrow(
      "readSpikes: x, labels: expected whole numbers from 0 to 4294967295, got 0.5 as number 1.",
    );
  });
});

describe("spikes", () => {
  test("may be tables, with units of any type", async () => {
    const labels = { data: Uint8Array.of(0, 1) };
    const units = { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] };
    expect(await readSpikes(await make({ labels, units }), { name: "x" })).toMatchObject({
      times: Float32Array.of(0.25, 0.5, 0.75, 1),
      unitIds: Uint16Array.of(1, 2, 3, 4),
      offsets: Uint32Array.of(0, 2, 4),
    });
  });

  test.each<[string, Partial<Contents>, RegExp]>([
    [
      "whole numbers as times",
      { times: { data: Int32Array.of(1, 2, 3, 4), shape: [2, 2] } },
      /spikes\/times: expected times in seconds as floating-point numbers, got whole numbers/,
    ],
    [
      "rows that are filled up",
      { times: { data: Float32Array.of(0.5, 0, 0.25, 1), shape: [2, 2] } },
      /expected ascending times in rows of fixed length, got 0 after 0.5 in sample 0. Rows that are filled up/,
    ],
    ["texts as labels of a table", { labels: { data: ["a", "b", "c", "d"], shape: [2, 2] } }, /labels/],
    ["truth in a square", { labels: { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] } }, /one per sample/],
  ])("%s are not supported", async (_, contents, message) => {
    const bytes = await make({ labels: { data: Uint8Array.of(0, 1) }, ...contents });
    const reading = readSpikes(bytes, { name: "x" });
    await expect(reading).rejects.toThrow(UnsupportedError);
    await expect(reading).rejects.toThrow(message);
  });
});

test("a newer version is not supported, in the reading thread too", async () => {
  const bytes = await unpack(ENUMERATION);
  bytes[8] = 9;
  await expect(readSpikes(bytes, { name: "x" })).rejects.toThrow(UnsupportedError);
  const place = path.join(folder, "whole-numbers.h5");
  await writeFile(place, await make({ labels: { data: Uint8Array.of(0, 1) }, times: UNITS }));
  await expect(readSpikesFile(place, { name: "x" })).rejects.toThrow(UnsupportedError);
});

test("labels that are far too large for classes are an error, not a table of names without end", async () => {
  const file = await make({ labels: { data: Uint32Array.of(0, 3_000_000_000) } });
  await expect(readSpikes(file, { name: "mine" })).rejects.toThrow(
    "mine, labels: expected class indices below 1048576, got 3000000000. Number the classes from 0 on.",
  );
});

test("names alone are numbered in natural order, and it is said that another file may differ", async () => {
  const file = await make({ labels: { data: ["10", "2"], dtype: "S2" } });
  const said: string[] = [];
  const before = onWarning((message) => said.push(message));
  const { labels, classNames } = await readSpikes(file, { name: "mine" });
  await readSpikes(file, { name: "mine", classNames: ["10", "2"] });
  onWarning(before);
  expect(classNames).toEqual(["2", "10"]);
  expect([...labels]).toEqual([1, 0]);
  expect(said).toEqual([expect.stringMatching(/as they are in this file: 2, 10\. Give classNames/)]);
});
