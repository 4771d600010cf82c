/** Each reader says whether a file is cut short or of a kind that is not supported. */
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";
import { decodeSafetensors, encodeSafetensors } from "@myelin/core/io";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEvents } from "../events/index.ts";
import { readZip } from "../node/archives/extract-zip.ts";
import { gunzip } from "./index.ts";
import { readCifar10, readIdx } from "../images/index.ts";
import { readSpikeShard } from "../spikes/index.ts";

const NAME = { name: "x" };

function bytes(...parts: (string | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const codes = parts.map((part) =>
    typeof part === "string" ? Array.from(part, (c) => c.charCodeAt(0)) : part,
  );
  return Uint8Array.from(codes.flat());
}

const packed = new Uint8Array(gzipSync(Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251)));
const tensors = encodeSafetensors(new Map([["w", { shape: [3], data: Float32Array.of(1, 2, 3) }]]));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "faults-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("cut short", () => {
  test.each<[string, () => unknown]>([
    ["IDX: magic number", () => readIdx(bytes([0, 0]), NAME)],
    ["IDX: axes", () => readIdx(bytes([0, 0, 8, 2, 0, 0, 0, 3]), NAME)],
    ["IDX: values", () => readIdx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]), NAME)],
    ["CIFAR-10", () => readCifar10(new Uint8Array(3072), NAME)],
    ["gzip", () => gunzip(packed.subarray(0, -20), { maxBytes: 1e6 })],
    ["packed spikes", () => readSpikeShard(bytes("SHS1", [1, 0, 0, 0]), NAME)],
    ["safetensors: header", () => decodeSafetensors(tensors.subarray(0, 20))],
    ["safetensors: data", () => decodeSafetensors(tensors.subarray(0, -1))],
    ["AEDAT 4", () => openEvents(bytes("#!AER-DAT4.0\r\n", [99, 0, 0, 0, 1]), NAME)],
    ["Event Stream", () => openEvents(bytes("Event Stream", [2, 0, 0, 1, 9]), NAME)],
    ["Myelin events", () => openEvents(bytes("MYLNEV\0", [1, 2]), NAME)],
  ])("%s", async (_, read) => {
    await expect((async () => read())()).rejects.toThrow(TruncatedError);
  });

  test("zip", async () => {
    const place = path.join(folder, "cut.zip");
    await writeFile(place, bytes("PK", [3, 4], new Array<number>(60).fill(0)));
    const reading = readZip(place, { wanted: () => true, maxBytes: 100 });
    await expect(reading).rejects.toThrow(TruncatedError);
  });
});

describe("not supported", () => {
  const header = '{"w":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}';

  test.each<[string, () => unknown]>([
    ["safetensors: type", () => decodeSafetensors(bytes([header.length, 0, 0, 0, 0, 0, 0, 0], header, [1]))],
    [
      "AEDAT 3 compressed",
      () => openEvents(bytes("#!AER-DAT3.1\r\n#Format: Compressed\r\n#!END-HEADER\r\n"), NAME),
    ],
    ["Event Stream 1", () => openEvents(bytes("Event Stream", [1, 0, 0, 1, 9, 0, 9, 0]), NAME)],
    ["colour events", () => openEvents(bytes("Event Stream", [2, 0, 0, 4, 9, 0, 9, 0]), NAME)],
    ["Myelin events 2", () => openEvents(bytes("MYLNEV\0", [2, 9, 0, 0, 0, 9, 0, 0, 0]), NAME)],
    ["DAT of other events", () => openEvents(bytes("% Version 2\n% end\n", [3, 16]), NAME)],
  ])("%s", async (_, read) => {
    await expect((async () => read())()).rejects.toThrow(UnsupportedError);
  });
});

test("damaged gzip data are neither", async () => {
  const changed = packed.slice();
  changed[changed.length - 6]! ^= 1;
  const error: unknown = await gunzip(changed, { maxBytes: 1e6 }).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: "FormatError" });
  expect(String(error)).toContain("The file is damaged: get it again.");
});
