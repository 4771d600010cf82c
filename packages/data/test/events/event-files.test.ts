import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FormatError, MyelinError } from "@myelin/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { convertEvents, fileInfo, inspectEventFile, openEventFile, readEventFile } from "../../src/index.ts";
import {
  aedat2Bytes,
  concatBytes,
  datBytes,
  evt3Bytes,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";

let folder: string;
const at = (name: string) => path.join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-event-files-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const EVENTS = plainEvents(50);

test("files are told by their bytes, not by their names", async () => {
  await writeFile(at("recording.aedat"), evt3Bytes(EVENTS));
  const { length, t } = await readEventFile(at("recording.aedat"));
  expect([length, t[0]]).toEqual([50, 1000]);
  expect((await fileInfo(at("recording.aedat"))).format).toBe("EVT3");
});

test("an empty recording has no first and no last event", async () => {
  await writeFile(at("empty.dat"), datBytes([]));
  expect(await fileInfo(at("empty.dat"))).toEqual({
    format: "Prophesee DAT",
    events: 0,
    first: null,
    last: null,
    width: 304,
    height: 240,
    tMin: null,
    tMax: null,
    on: 0,
  });
});

test("inspection adds the header and what was passed over", async () => {
  await writeFile(at("cut.aedat"), concatBytes(aedat2Bytes(EVENTS), [1, 2, 3]));
  const { header, skipped, timing, info } = await inspectEventFile(at("cut.aedat"));
  expect(header[2]).toBe("# AEChip: DVS128");
  expect(skipped.trailingBytes).toBe(3);
  expect(timing.backwardSteps).toBe(0);
  expect(info.events).toBe(50);
});

test("what cannot be read is named", async () => {
  await expect(fileInfo(at("absent.raw"))).rejects.toThrow(MyelinError);
  await expect(fileInfo(at("absent.raw"))).rejects.toThrow(
    /^openEventFile: expected a readable file at .*absent.raw, got no such file/,
  );
  await expect(fileInfo(folder)).rejects.toThrow(/got a folder/);
  await writeFile(at("nothing"), "");
  await expect(fileInfo(at("nothing"))).rejects.toThrow(/nothing, byte 0: .* got an empty file/);
});

test.each(["out.aedat4", "out.mev"])("conversion to %s keeps the events", async (name) => {
  await writeFile(at("in.dat"), datBytes(EVENTS, { header: "% Version 2\n" }));
  const converted = await convertEvents(at("in.dat"), at(name));
  expect(converted).toMatchObject({ from: "Prophesee DAT", events: 50, width: 30, height: 30 });
  const events = await readEventFile(at(name));
  expect(tuplesOf(events)).toEqual(EVENTS);
  expect(events).toMatchObject({ width: 30, height: 30 });
  expect((await readdir(folder)).sort()).toEqual(["in.dat", name].sort());
});

test("a format that is named goes before the ending", async () => {
  await writeFile(at("in.raw"), evt3Bytes(EVENTS));
  expect((await convertEvents(at("in.raw"), at("out.x"), { format: "compact" })).to).toBe("compact");
  expect((await fileInfo(at("out.x"))).format).toBe("Myelin events 1");
});

test("conversion that fails leaves nothing behind, and what was there as it was", async () => {
  const events = plainEvents(50);
  const damaged = concatBytes(evt3Bytes(events)).fill(0xff, 0, 3);
  await writeFile(at("damaged.raw"), damaged);
  await writeFile(at("in.raw"), evt3Bytes(EVENTS));
  await writeFile(at("out.mev"), "as it was");
  await expect(convertEvents(at("damaged.raw"), at("out.mev"))).rejects.toThrow(FormatError);
  await expect(convertEvents(at("in.raw"), at("out.gif"))).rejects.toThrow(
    /expected one of the formats aedat4 \(.aedat4\), compact \(.mev\), got .gif/,
  );
  await expect(convertEvents(at("in.raw"), at("no/folder.mev"))).rejects.toThrow(
    /folder.mev: expected to write, got a place where nothing can be made/,
  );
  const far: TestEvent[] = [[2 ** 31 - 1, 1, 1, 0]];
  await writeFile(at("wide.dat"), datBytes(far, { header: "% Version 2\n% Width 60000\n% Height 10\n" }));
  await expect(convertEvents(at("wide.dat"), at("out.mev"))).rejects.toThrow(/got 60000 x 10/);
  expect(await readFile(at("out.mev"), "utf8")).toBe("as it was");
  expect((await readdir(folder)).sort()).toEqual(["damaged.raw", "in.raw", "out.mev", "wide.dat"]);
});

test("memory stays flat on a file of a hundred megabytes", async () => {
  const piece = datBytes(plainEvents(131_072, { step: 1 }), { header: "" }).subarray(2);
  const file = await open(at("large.dat"), "w");
  await file.write(datBytes([]));
  for (let i = 0; i < 100; i++) await file.write(piece);
  await file.close();
  const reader = await openEventFile(at("large.dat"));
  let events = 0;
  let most = 0;
  const before = process.memoryUsage();
  for await (const chunk of reader.chunks()) {
    events += chunk.length;
    const { arrayBuffers } = process.memoryUsage();
    most = Math.max(most, arrayBuffers - before.arrayBuffers);
  }
  expect(events).toBe(100 * 131_072);
  expect(most).toBeLessThan(8 * 2 ** 20);
});
