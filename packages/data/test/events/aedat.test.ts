import { onWarning } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { openEvents, readEvents, type OpenEventsOptions } from "../../src/index.ts";
import {
  AEDAT3_HEADER,
  aedat1Bytes,
  aedat2Bytes,
  aedat2Records,
  aedat3Packet,
  aedat3PacketHeader,
  concatBytes,
  DAVIS240_HEADER,
  davisAddress,
  dvs128Address,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";

const EVENTS = plainEvents(50);

async function opened(bytes: Uint8Array, options: OpenEventsOptions = {}) {
  const reader = await openEvents(bytes, { name: "file", ...options });
  const events: TestEvent[] = [];
  for await (const chunk of reader.chunks()) events.push(...tuplesOf(chunk));
  return { ...reader, events };
}

describe("AEDAT 1 and 2", () => {
  const data = aedat2Records(EVENTS.map((event) => [dvs128Address(event), event[0]]));

  test.each([
    ["CR LF", "#!AER-DAT2.0\r\n# AEChip: DVS128\r\n"],
    ["LF", "#!AER-DAT2.0\n# AEChip: DVS128\n"],
    ["LF after CR LF", "#!AER-DAT2.0\r\n# AEChip: DVS128\n# note\n"],
    ["bytes that are no text", "#!AER-DAT2.0\r\n# \u0001\u0002 preferences \u0007\r\n# AEChip: DVS128\r\n"],
    ["an end mark", "#!AER-DAT2.0\r\n#End Of ASCII Header\r\n"],
    [
      "no version",
      "# This is a raw AE data file - do not edit\r\n# Data format is int32 address, int32 timestamp\r\n",
    ],
    ["a long line", `#!AER-DAT2.0\r\n# ${"x".repeat(100_000)}\r\n`],
    ["nothing", ""],
  ])("header with %s", async (_, header) => {
    const { format, events, width, height } = await opened(concatBytes(header, data));
    expect(format).toBe("AEDAT 2.0");
    expect(events).toEqual(EVENTS);
    expect([width, height]).toEqual([128, 128]);
  });

  test("data that begins with the mark of the header is no header line", async () => {
    // y = 140 makes the first byte of a DAVIS address 0x23, which is "#".
    const events: TestEvent[] = EVENTS.map(([t, x, , p]) => [t, x, 140, p]);
    const header = DAVIS240_HEADER;
    expect((await opened(aedat2Bytes(events, { header, address: davisAddress }))).events).toEqual(events);
  });

  test("1.0 is told from 2.0 without a header, by its times", async () => {
    expect(await opened(aedat1Bytes(EVENTS, ""))).toMatchObject({ format: "AEDAT 1.0", events: EVENTS });
  });

  test.each([
    ["eu.seebetter.ini.chips.davis.Davis346red", 346, 260],
    ["eu.seebetter.ini.chips.davis.DAVIS240C", 240, 180],
    ["eu.seebetter.ini.chips.sbret10.SBret10", 240, 180],
    ["ch.unizh.ini.jaer.chip.retina.DVS128", 128, 128],
    ["ch.unizh.ini.jaer.chip.cochlea.CochleaAMS1c", 128, 4],
  ])("AEChip %s is %d x %d", async (chip, width, height) => {
    const bytes = concatBytes(`#!AER-DAT2.0\r\n# AEChip: ${chip}\r\n`);
    expect(await openEvents(bytes)).toMatchObject({ width, height });
  });

  test("without a camera, long addresses are DAVIS's and the smallest of its sensors that fits is taken", async () => {
    const header = "#!AER-DAT2.0\r\n";
    const at = async (x: number, y: number) =>
      readEvents(aedat2Bytes([[5, x, y, 1]], { header, address: davisAddress }));
    expect(await at(239, 179)).toMatchObject({ width: 240, height: 180 });
    expect(await at(240, 100)).toMatchObject({ width: 346, height: 260 });
    expect(await at(700, 500)).toMatchObject({ width: 701, height: 501 });
  });

  test("frames, inertial samples and external events are counted", async () => {
    const event: TestEvent = [9, 3, 4, 1];
    const address = davisAddress(event);
    const pairs = [address, address | 0x80000000, address | 0x400].map((word) => [word >>> 0, 9] as const);
    const davis = await opened(concatBytes(DAVIS240_HEADER, aedat2Records(pairs)));
    expect(davis.events).toEqual([event]);
    expect(davis.skipped.otherData).toBe(2);
    const external = concatBytes("#!AER-DAT2.0\r\n# AEChip: DVS128\r\n", aedat2Records([[0x8000, 9]]));
    expect((await opened(external)).skipped.otherData).toBe(1);
  });

  test("events outside the sensor are counted", async () => {
    const list: TestEvent[] = [
      [1, 239, 179, 1],
      [2, 240, 0, 1],
      [3, 0, 180, 1],
      [4, 1, 1, 0],
    ];
    const { events, skipped } = await opened(
      aedat2Bytes(list, { header: DAVIS240_HEADER, address: davisAddress }),
    );
    expect(events).toEqual([list[0], list[3]]);
    expect(skipped.outsideSensor).toBe(2);
  });

  test("times go on where 32 bits wrap, late events keep their time, steps back are counted", async () => {
    const times = [2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32 + 1, 2 ** 32 - 1, 2 ** 32 + 3, 2 ** 32 + 2];
    const { events, timing } = await opened(aedat2Bytes(times.map((t) => [t, 1, 1, 0])));
    expect(events.map(([t]) => t)).toEqual(times);
    expect(timing).toEqual({ wraps: 1, backwardSteps: 2 });
  });

  test("an incomplete last event is counted", async () => {
    const { events, skipped } = await opened(aedat2Bytes(EVENTS).subarray(0, -3));
    expect(events).toEqual(EVENTS.slice(0, -1));
    expect(skipped.trailingBytes).toBe(5);
  });

  test("a header without end is refused", async () => {
    const line = `# ${"x".repeat(500_000)}\r\n`;
    const bytes = concatBytes("#!AER-DAT2.0\r\n", line.repeat(40));
    await expect(openEvents(bytes, { name: "file" })).rejects.toThrow(
      /file, byte \d+: expected the end of the header within 4194304 bytes, got one more line/,
    );
  });
});

describe("AEDAT 3.1", () => {
  test("reads packets of one camera, passes others over and counts them", async () => {
    const frames = concatBytes(aedat3PacketHeader({ type: 2, size: 50, number: 2 }), new Uint8Array(100));
    const other = aedat3Packet(EVENTS.slice(0, 3), { source: 2 });
    const bytes = concatBytes(AEDAT3_HEADER, aedat3Packet(EVENTS), frames, other, aedat3Packet(EVENTS));
    const { format, events, width, skipped } = await opened(bytes, { camera: 0 });
    expect([format, width]).toEqual(["AEDAT 3.1", 128]);
    expect(events).toEqual([...EVENTS, ...EVENTS]);
    expect(skipped).toMatchObject({ otherData: 2, otherCameras: 3 });
  });

  test("drops events that are not valid, unless their packet says that all are", async () => {
    const packet = aedat3Packet(EVENTS, { valid: 20 });
    expect(await opened(concatBytes(AEDAT3_HEADER, packet))).toMatchObject({
      events: EVENTS.slice(0, 20),
      skipped: { invalid: 30 },
    });
    new DataView(packet.buffer).setInt32(24, 50, true);
    expect((await opened(concatBytes(AEDAT3_HEADER, packet))).events).toEqual(EVENTS);
  });

  test("adds the overflows of the packet's header to times", async () => {
    const { events } = await opened(
      concatBytes(AEDAT3_HEADER, aedat3Packet([[5, 1, 2, 1]], { overflows: 3 })),
    );
    expect(events).toEqual([[3 * 2 ** 31 + 5, 1, 2, 1]]);
  });

  test("a packet that is cut short, or that claims 2^31 events, gives those that are there", async () => {
    const bytes = concatBytes(AEDAT3_HEADER, aedat3Packet(EVENTS));
    new DataView(bytes.buffer).setInt32(AEDAT3_HEADER.length + 20, 2 ** 31 - 1, true);
    const { events, skipped } = await opened(bytes.subarray(0, -3));
    expect(events).toEqual(EVENTS.slice(0, -1));
    expect(skipped.trailingBytes).toBe(5);
  });

  test.each([
    ["size of events", { type: 1, size: 16, number: 1 }, 4, /polarity events of 8 bytes, got 16/],
    ["negative number", { type: 1, size: 8, number: -1, valid: 0 }, 20, /at least 0, got -1/],
    [
      "more valid than there are",
      { type: 1, size: 8, number: 1, valid: 2 },
      24,
      /0 to 1 valid events, got 2/,
    ],
    [
      "compressed packet",
      { type: 0x8001, size: 8, number: 1 },
      0,
      /an uncompressed packet, got one of type 32769/,
    ],
    ["negative size", { type: 2, size: -8, number: 1 }, 4, /at least 0, got -8/],
    ["negative overflows", { type: 1, size: 8, number: 1, overflows: -1 }, 12, /at least 0, got -1/],
  ])("a packet with a wrong %s is refused", async (_, header, field, message) => {
    const attempt = opened(concatBytes(AEDAT3_HEADER, aedat3PacketHeader(header)));
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(`byte ${AEDAT3_HEADER.length + field}`);
  });

  test("other versions are refused", async () => {
    const header = AEDAT3_HEADER.replace("3.1", "3.7");
    await expect(openEvents(concatBytes(header))).rejects.toThrow(
      /byte 0: expected version .*, got "#!AER-DAT3.7"/,
    );
  });

  test("other encodings are refused", async () => {
    const header = AEDAT3_HEADER.replace("RAW", "SerializedTS");
    await expect(openEvents(concatBytes(header))).rejects.toThrow(
      /expected #Format: RAW, got #Format: SerializedTS/,
    );
  });
});

test("a camera that is not known is read with a warning, several that nothing tells apart not at all", async () => {
  const said: string[] = [];
  const before = onWarning((message) => said.push(message));
  try {
    const file = (chip: string) =>
      concatBytes(`#!AER-DAT2.0\r\n# AEChip: ${chip}\r\n`, aedat2Records([[3, 9]]));
    expect((await readEvents(file("com.example.Newcam"), { name: "a.aedat" })).length).toBe(1);
    expect(said).toEqual([
      'openEvents: a.aedat: expected the name of a known camera in the header, got "com.example.Newcam"; read with the ' +
        "addresses of DVS128. Check coordinates and polarities.",
    ]);
    for (const chip of ["ch.unizh.ini.jaer.chip.stereopsis.Davis240CStereoPair", "com.example.MultiCam"]) {
      await expect(readEvents(file(chip))).rejects.toThrow(
        /expected one camera, or several DVS128 or DAVIS .*, got .*export the cameras one by one/,
      );
    }
  } finally {
    onWarning(before);
  }
});
