import { ShapeError } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { encodeEvents, openEvents, readEvents, type WritableFormat } from "../../src/index.ts";
import {
  chunkOf,
  concatBytes,
  eventStreamHeader,
  nMnistBytes,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";

const EVENTS = plainEvents(30);

async function opened(bytes: Uint8Array) {
  const reader = await openEvents(bytes, { name: "file" });
  const events: TestEvent[] = [];
  for await (const chunk of reader.chunks()) events.push(...tuplesOf(chunk));
  return { ...reader, events };
}

describe("N-MNIST", () => {
  test("records at row 240 move later times on by 2^13", async () => {
    const records: TestEvent[] = [...EVENTS, [0, 0, 240, 0], [5, 1, 2, 1], [0, 9, 240, 1], [7, 3, 4, 0]];
    const { events } = await opened(nMnistBytes(records));
    expect(events).toEqual([...EVENTS, [8192 + 5, 1, 2, 1], [16384 + 7, 3, 4, 0]]);
  });

  test("the sensor is N-MNIST's, or as large as the events need, or the one that is given", async () => {
    const larger = nMnistBytes([...EVENTS, [2000, 233, 172, 1]]);
    expect(await readEvents(nMnistBytes(EVENTS))).toMatchObject({ width: 34, height: 34 });
    expect(await readEvents(larger)).toMatchObject({ width: 234, height: 173 });
    const sensor = { width: 34, height: 34 };
    expect(await readEvents(larger, { sensor })).toMatchObject({
      width: 34,
      height: 34,
      length: EVENTS.length,
    });
  });

  test("a single event is enough", async () => {
    expect((await opened(nMnistBytes([[5, 1, 2, 1]]))).events).toEqual([[5, 1, 2, 1]]);
  });
});

describe("Event Stream", () => {
  test("ATIS: grey levels are counted, overflows add up to three times 63 microseconds", async () => {
    const bytes = concatBytes(
      eventStreamHeader({ type: 2 }),
      [0xff, (5 << 2) | 2, 7, 0, 9, 0], // ON, after 3 * 63 + 5
      [0xfc, (1 << 2) | 1, 7, 0, 9, 0], // threshold crossing
      [0xfd, 0 << 2, 1, 1, 2, 0], // OFF, after 63
    );
    const { format, events, skipped } = await opened(bytes);
    expect(format).toBe("Event Stream 2.0.0 ATIS");
    expect(events).toEqual([
      [194, 7, 9, 1],
      [258, 257, 2, 0],
    ]);
    expect(skipped.otherData).toBe(1);
  });

  test("DVS: bytes between events add to the time or mean nothing", async () => {
    const bytes = concatBytes(eventStreamHeader(), [0xfe, 0xff, (1 << 1) | 1, 7, 0, 9, 0, 0xff, 0xfe]);
    const { events, skipped } = await opened(bytes);
    expect(events).toEqual([[128, 7, 9, 1]]);
    expect(skipped.trailingBytes).toBe(0);
  });

  test.each([
    [
      "colour events",
      eventStreamHeader({ type: 4 }),
      /byte 15: expected a stream of type 1 \(DVS\) or 2 \(ATIS\), got colour/,
    ],
    ["generic events", eventStreamHeader({ type: 0 }), /got generic/],
    ["an unknown type", eventStreamHeader({ type: 77 }), /got 77/],
    ["version 0.1", eventStreamHeader({ version: [0, 1, 0] }), /byte 12: expected version 2, got 0.1.0/],
    [
      "no width",
      eventStreamHeader({ width: 0 }),
      /byte 16: expected a sensor of 1 x 1 to 65536 x 65536 with at most 16777216 pixels, got 0 x 240/,
    ],
    [
      "no size",
      eventStreamHeader().subarray(0, 18),
      /byte 16: expected 4 bytes of size of the sensor, got 2 bytes/,
    ],
  ])("%s: refused", async (_, bytes, message) => {
    await expect(openEvents(bytes, { name: "file" })).rejects.toThrow(message);
  });
});

describe("writing", () => {
  async function written(
    events: readonly TestEvent[],
    format: WritableFormat,
    size = { width: 640, height: 480 },
  ) {
    const parts: Uint8Array[] = [];
    for await (const piece of encodeEvents([chunkOf(events)], { format, ...size })) parts.push(piece.slice());
    return concatBytes(...parts);
  }

  const corners: TestEvent[] = [
    [2 ** 50, 0, 0, 1],
    [2 ** 50 - 1000, 639, 479, 0],
    [2 ** 50 + 1, 256, 255, 1],
    [0, 255, 256, 0],
  ];

  test.each(["aedat4", "compact"] as const)(
    "%s keeps large and backward times, and every address",
    async (format) => {
      const { events, width, height } = await opened(await written(corners, format));
      expect(events).toEqual(corners);
      expect([width, height]).toEqual([640, 480]);
    },
  );

  test.each(["aedat4", "compact"] as const)("%s of no events is a recording", async (format) => {
    expect(await opened(await written([], format))).toMatchObject({ events: [], width: 640 });
  });

  test("the compact format takes four bytes for an event of N-MNIST", async () => {
    const list = plainEvents(1000, { step: 75 });
    const bytes = await written(list, "compact", { width: 34, height: 34 });
    expect(bytes.length).toBeLessThanOrEqual(16 + 4 * 1000);
  });

  test("refuses sensors without size, events outside and times beyond exact numbers", async () => {
    const size = (width: number) => written([], "compact", { width, height: 10 });
    await expect(size(0)).rejects.toThrow(ShapeError);
    await expect(size(40_000)).rejects.toThrow(/a sensor of 1 x 1 to 32768 x 32768, got 40000 x 10/);
    await expect(written([[1, 640, 0, 1]], "aedat4")).rejects.toThrow(
      /inside 640 x 480, got one at \(640, 0\)/,
    );
    await expect(written([[2 ** 52, 0, 0, 1]], "compact")).rejects.toThrow(/steps of time below 2\^51/);
  });

  test("other versions and sizes of the compact format are refused", async () => {
    const bytes = await written(EVENTS, "compact");
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy.fill(value, at, at + 4);
      return openEvents(copy, { name: "file" });
    };
    await expect(changed(7, 2)).rejects.toThrow(/byte 7: expected version 1, got 2/);
    await expect(changed(8, 0)).rejects.toThrow(
      /byte 8: expected a sensor of 1 x 1 to 65536 x 65536 .*, got 0 x 480/,
    );
    const endless = concatBytes(bytes.subarray(0, 16), new Uint8Array(40).fill(0xff));
    await expect(opened(endless)).rejects.toThrow(/byte 16: expected a time of at most 9 bytes, got more/);
  });
});
