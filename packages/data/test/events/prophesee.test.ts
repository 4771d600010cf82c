import { describe, expect, test } from "vitest";
import { openEvents, readEvents } from "../../src/index.ts";
import {
  concatBytes,
  datBytes,
  evt21Bytes,
  evt2Bytes,
  evt3Bytes,
  plainEvents,
  tuplesOf,
  words16,
  words32,
  type TestEvent,
} from "../event-bytes.ts";

const EVENTS = plainEvents(30);

async function opened(bytes: Uint8Array) {
  const reader = await openEvents(bytes, { name: "file" });
  const events: TestEvent[] = [];
  for await (const chunk of reader.chunks()) events.push(...tuplesOf(chunk));
  return { ...reader, events };
}

describe("headers", () => {
  test.each([
    ["% evt 3.0\n% geometry 1280x720\n% end\n", "EVT3", 1280, 720],
    ["% camera_integrator_name Prophesee\n% format EVT3;height=320;width=320\n% end\n", "EVT3", 320, 320],
    ["% evt 3.0\n% plugin_name hal_plugin_gen41_evk3\n", "EVT3", 1280, 720],
    ["% evt 2.0\n% plugin_name hal_plugin_gen3_fx3\n", "EVT2", 640, 480],
    ["% Date 2020\n% firmware_version 2.0.2\n% sensor_generation 3.1\n", "EVT2", 640, 480],
    ["% format EVT2;height=480;width=640\r\n% end\r\n", "EVT2", 640, 480],
    ["% format EVT21;endianness=legacy;height=720;width=1280\n% end\n", "EVT2.1", 1280, 720],
    ["% evt 2.1\n% sensor_name IMX636\n", "EVT2.1", 1280, 720],
    ["% evt 2.0\n", "EVT2", undefined, undefined],
  ])("%j", async (header, format, width, height) => {
    const { format: found, width: w, height: h } = await openEvents(concatBytes(header));
    expect([found, w, h]).toEqual([format, width, height]);
  });

  test("data that begins with the mark is no header line", async () => {
    // 0x25 is "%": the low byte of a row, then words until a line end would come.
    const words = [0x8000, 0x6025, 0x0025, 0x2801, 0x600a];
    const { events } = await opened(concatBytes("% evt 3.0\n", words16([0x0025, ...words])));
    expect(events).toEqual([[0x25, 1, 0x25, 1]]);
  });

  test("a sensor without a size is refused", async () => {
    const attempt = openEvents(concatBytes("% evt 2.0\n% geometry 0x480\n"), { name: "file" });
    await expect(attempt).rejects.toThrow(/expected a sensor of 1 x 1 to 65536 x 65536 .*, got 0 x 480/);
  });

  test("other versions are refused", async () => {
    await expect(openEvents(concatBytes("% evt 4.0\n", new Uint8Array(64)))).rejects.toThrow(/% evt 4.0/);
  });

  test("files that name no sensor get the smallest that fits", async () => {
    const at = (x: number, y: number) => readEvents(evt2Bytes([[5, x, y, 1]], "% evt 2.0\n"));
    expect(await at(639, 479)).toMatchObject({ width: 640, height: 480 });
    expect(await at(640, 10)).toMatchObject({ width: 1280, height: 720 });
    expect(await at(1500, 10)).toMatchObject({ width: 1501, height: 11 });
  });
});

describe("DAT", () => {
  test("version 1 has shorter addresses", async () => {
    const bytes = datBytes(EVENTS, { header: "% Version 1\n", yShift: 9, pShift: 17 });
    expect((await opened(bytes)).events).toEqual(EVENTS);
  });

  test("without a size, the sensor is as large as the events need", async () => {
    const header = "% Data file containing CD events.\n% Version 2\n";
    expect(await openEvents(datBytes(EVENTS, { header }))).toMatchObject({ width: undefined });
    expect(await readEvents(datBytes([[1, 53, 60, 0]], { header }))).toMatchObject({ width: 54, height: 61 });
  });

  test("times go on where 32 bits wrap", async () => {
    const events: TestEvent[] = [2 ** 32 - 5, 2 ** 32 + 5, 3 * 2 ** 31, 2 ** 33 - 1, 2 ** 33 + 1].map((t) => [
      t,
      1,
      2,
      1,
    ]);
    const { events: found, timing } = await opened(datBytes([[2 ** 31, 1, 2, 1], ...events]));
    expect(found.slice(1)).toEqual(events);
    expect(timing.wraps).toBe(2);
  });

  test.each([
    ["type", datBytes(EVENTS, { type: 14 }), /expected events of type 0 or 12, got 14/],
    ["size", concatBytes("% Version 2\n", [12, 16]), /expected events of 8 bytes, got 16/],
    [
      "nothing",
      concatBytes("% Version 2\n"),
      /byte 12: expected 2 bytes of type and size of events, got 0 bytes/,
    ],
  ])("another %s of events is refused", async (_, bytes, message) => {
    await expect(openEvents(bytes, { name: "file" })).rejects.toThrow(message);
  });
});

describe("EVT2", () => {
  test("counts events before the first time, triggers and other words", async () => {
    const words = [0x10000001, 0x80000001, 0x10000801, 0xa0000000, 0xe0000000, 0xf0000000];
    const { events, skipped } = await opened(concatBytes("% evt 2.0\n", words32(words)));
    expect(events).toEqual([[64, 1, 1, 1]]);
    expect(skipped).toMatchObject({ beforeFirstTime: 1, otherData: 3 });
  });

  test("times go on where the high time wraps", async () => {
    const t = 2 ** 34 - 64;
    const { events, timing } = await opened(
      evt2Bytes([2 ** 33 - 1, t, t + 128].map((time) => [time, 1, 1, 0])),
    );
    expect(events.map(([time]) => time)).toEqual([2 ** 33 - 1, t, t + 128]);
    expect(timing.wraps).toBe(1);
  });
});

describe("EVT2.1", () => {
  test.each([true, false])("a word stands for up to 32 events (legacy: %s)", async (legacy) => {
    const mask = [0x80000005, 0x10000000 | (10 << 11) | 7];
    const time = [0, 0x80000001];
    const words = [time, mask].flatMap((pair) => (legacy ? pair.toReversed() : pair));
    const { events } = await opened(concatBytes("% evt 2.1\n", words32(words)));
    expect(events).toEqual([
      [64, 10, 7, 1],
      [64, 12, 7, 1],
      [64, 41, 7, 1],
    ]);
  });

  test("the header's byte order goes before a guess", async () => {
    const header = "% format EVT21;endianness=legacy;height=720;width=1280\n";
    expect((await opened(evt21Bytes(EVENTS, { header, legacy: true }))).events).toEqual(EVENTS);
  });
});

describe("EVT3", () => {
  test("vectors put events beside their base, which moves on", async () => {
    const words = [
      0x8000,
      0x6007,
      0x0009,
      0x3800 | 100,
      0x4000 | 0x801,
      0x5000 | 0x81,
      0x4000 | 1,
      0x3000 | 50,
      0x5001,
    ];
    const { events } = await opened(concatBytes("% evt 3.0\n", words16(words)));
    expect(events).toEqual([
      [7, 100, 9, 1],
      [7, 111, 9, 1],
      [7, 112, 9, 1],
      [7, 119, 9, 1],
      [7, 120, 9, 1],
      [7, 50, 9, 0],
    ]);
  });

  test("vectors that run off the sensor are counted", async () => {
    const words = [0x8000, 0x3000 | 1276, ...new Array<number>(6000).fill(0x4fff)];
    const { events, skipped } = await opened(concatBytes("% evt 3.0\n% geometry 1280x720\n", words16(words)));
    expect(events).toHaveLength(4);
    expect(skipped.outsideSensor).toBe(6000 * 12 - 4);
  });

  test("counts events before the first time and other words", async () => {
    const words = [0x6001, 0x2001, 0x4fff, 0x8000, 0xa000, 0x7000, 0x2001];
    const { events, skipped } = await opened(concatBytes("% evt 3.0\n", words16(words)));
    expect(events).toEqual([[1, 1, 0, 0]]);
    expect(skipped).toMatchObject({ beforeFirstTime: 13, otherData: 2 });
  });

  test("times go on where 24 bits wrap; low times may step back", async () => {
    const times = [2 ** 24 - 4096, 2 ** 24 - 1, 2 ** 24 - 9, 2 ** 24, 2 ** 24 + 16_000_000, 2 ** 25 + 3];
    const { events, timing } = await opened(
      evt3Bytes([[2 ** 23, 1, 1, 0], ...times.map((t): TestEvent => [t, 1, 1, 0])]),
    );
    expect(events.slice(1).map(([t]) => t)).toEqual(times);
    expect(timing).toEqual({ wraps: 2, backwardSteps: 1 });
  });
});
