import { describe, expect, test } from "vitest";
import { openEvents } from "../../src/index.ts";
import {
  aedat4Bytes,
  aedat4EventTable,
  aedat4Header,
  aedat4Packet,
  concatBytes,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";

const EVENTS = plainEvents(20);

async function opened(bytes: Uint8Array) {
  const reader = await openEvents(bytes, { name: "file" });
  const events: TestEvent[] = [];
  for await (const chunk of reader.chunks()) events.push(...tuplesOf(chunk));
  return { ...reader, events };
}

/** The packet of forty events, ten microseconds apart from 1.6e15 on, at (5, 6), as other programs compress it. */
const FRAMES = {
  "LZ4 with checksums and content size":
    "BCJNGHxAoAIAAAAAAAAn1AAAAPAPnAIAABAAAABFVlRTAAAGAAgABAAGAAAABAAAACgAAQD7AKQHMa8FAAUABgABAAAAChAAGxQQABseEAAbKBAAGzIQABs8EAAbRhAAG1AQABtaEAAbZBAAG24QABt4EAAbghAAG4wQABuWEAAboBAAG6oQABu0EAAbvhAAG8gQABvSEAAb3BAAG+YQABvwEAAb+hAAKgQBEAAbDhAAGxgQABsiEAAbLBAAGzYQABtAEAAbShAAG1QQABteEAAbaBAAG3IQABt8EAAWhhAAUAABAAAAiED8jwAAAACRkCYL",
  "zstd with content size":
    "KLUv/WSgAYUDAJQFnAIAABAAAABFVlRTAAAGAAgABAAGAAAABAAAACgAAAAAAKQHMa8FAAUABgABAAAAChQeKDI8RlBaZG54goyWoKq0vsjS3Obw+gQBAA4YIiw2QEpUXmhyfIYnqBHAt/934OcQfkTgBzSnqkHMTFXhCEuK",
  "zstd without content size":
    "KLUv/QRohQMAlAWcAgAAEAAAAEVWVFMAAAYACAAEAAYAAAAEAAAAKAAAAAAApAcxrwUABQAGAAEAAAAKFB4oMjxGUFpkbniCjJagqrS+yNLc5vD6BAEADhgiLDZASlReaHJ8hieoEcC3/3fg5xB+ROAHNKeqQcxMVeEIS4o=",
};

test.each(Object.entries(FRAMES))("reads %s", async (name, base64) => {
  const compression = name.startsWith("LZ4") ? 2 : 3;
  const packet = aedat4Packet(0, Uint8Array.from(Buffer.from(base64, "base64")));
  const { events } = await opened(concatBytes(aedat4Header({ compression }), packet, packet));
  const expected = Array.from({ length: 40 }, (_, i): TestEvent => [1.6e15 + 10 * i, 5, 6, 1]);
  expect(events).toEqual([...expected, ...expected]);
});

test("takes the sensor from the description, passes other streams over and counts their packets", async () => {
  const { format, width, height, events, skipped, header } = await opened(
    aedat4Bytes(EVENTS, { width: 346, height: 260 }),
  );
  expect([format, width, height]).toEqual(["AEDAT 4.0", 346, 260]);
  expect(events).toEqual(EVENTS);
  expect(skipped.otherData).toBe(4);
  expect(header[0]).toBe("#!AER-DAT4.0");
});

describe("the table of packets", () => {
  const packets = aedat4Bytes(EVENTS).length;
  const table = concatBytes([12, 0, 0, 0], [4, 0, 0, 0], "FTAB", new Uint8Array(8));

  /** The header's length does not depend on the position, as long as there is one. */
  const withTable = (position: number) => aedat4Bytes(EVENTS, { dataTablePosition: position });
  const length = withTable(packets).length;

  test("ends the packets", async () => {
    expect((await opened(concatBytes(withTable(length), table))).events).toEqual(EVENTS);
  });

  test("may lie beyond the end of a file that was cut", async () => {
    expect((await opened(withTable(length + 1000))).events).toEqual(EVENTS);
  });

  test.each([
    ["before the packets", 20, /a table of packets after the header, got byte 20/],
    ["inside a packet", length - 5, /expected a packet that ends before the table at byte \d+, got \d+/],
    [
      "before the first packet",
      aedat4Header({ dataTablePosition: length }).length,
      /expected the table of packets, got other bytes/,
    ],
  ])("is refused %s", async (_, position, message) => {
    await expect(opened(withTable(position))).rejects.toThrow(message);
  });
});

describe("bad packets", () => {
  const at = aedat4Header({}).length;
  const table = aedat4EventTable(EVENTS);
  const refused = (bytes: Uint8Array) => expect(opened(bytes)).rejects;

  test("a packet of 2 GB is refused before anything is read", async () => {
    const packet = aedat4Packet(0, table, 2 ** 31 - 1);
    await refused(concatBytes(aedat4Header({}), packet)).toThrow(
      `byte ${at + 4}: expected a packet of at most 268435456 bytes, got 2147483647`,
    );
    await refused(concatBytes(aedat4Header({}), aedat4Packet(0, table, -1))).toThrow(/got -1/);
  });

  test("an unknown stream", async () => {
    await refused(concatBytes(aedat4Header({}), aedat4Packet(7, table))).toThrow(
      `byte ${at}: expected a packet of one of the streams 0, 1, 2, got 7`,
    );
  });

  test("compressed bytes that are none", async () => {
    for (const compression of [1, 2, 3, 4]) {
      const header = aedat4Header({ compression });
      await refused(concatBytes(header, aedat4Packet(0, table))).toThrow(/an undamaged compressed packet/);
    }
  });

  test("a zstd frame that claims 4 GB", async () => {
    const frame = concatBytes([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xff, 0xff, 0xff, 0xff], new Uint8Array(20));
    await refused(concatBytes(aedat4Header({ compression: 3 }), aedat4Packet(0, frame))).toThrow(/undamaged/);
  });

  test("an LZ4 block that unfolds beyond its limit", async () => {
    const block = concatBytes([0x1f, 1, 0, 0], new Uint8Array(1000).fill(255), [0]);
    const head = [0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0, block.length & 255, block.length >> 8, 0, 0];
    const frame = concatBytes(head, block, [0, 0, 0, 0]);
    await refused(concatBytes(aedat4Header({ compression: 1 }), aedat4Packet(0, frame))).toThrow(/undamaged/);
  });

  test("events beyond the end of their packet", async () => {
    const lying = table.slice();
    // The vector's length stands before its first event.
    const view = new DataView(lying.buffer);
    const length = Array.from({ length: 40 }, (_, i) => i * 4).find(
      (i) => view.getUint32(i, true) === EVENTS.length,
    )!;
    view.setUint32(length, 2 ** 31, true);
    await refused(concatBytes(aedat4Header({}), aedat4Packet(0, lying))).toThrow(
      /events inside their packet/,
    );
  });

  test("a table of another kind", async () => {
    const other = table.slice();
    other.set(new TextEncoder().encode("FRME"), 8);
    await refused(concatBytes(aedat4Header({}), aedat4Packet(0, other))).toThrow(
      /a packet of EVTS, got "FRME"/,
    );
  });
});

test("headers that lie are refused", async () => {
  const refused = (bytes: Uint8Array) => expect(openEvents(bytes, { name: "file" })).rejects;
  await refused(aedat4Header({ compression: 9 })).toThrow(/expected compression 0 to 4, got 9/);
  await refused(concatBytes("#!AER-DAT4.7\r\n", new Uint8Array(100))).toThrow(
    /expected #!AER-DAT4.0, got "#!AER-DAT4.7/,
  );
  await refused(concatBytes("#!AER-DAT4.0\r\n", [255, 255, 255, 255])).toThrow(
    /byte 14: expected a header of 16 to 4194304 bytes, got 4294967295/,
  );
  await refused(concatBytes("#!AER-DAT4.0\r\n", [100, 0, 0, 0], new Uint8Array(50))).toThrow(
    /byte 18: expected 100 bytes of header, got 50/,
  );
  await refused(concatBytes("#!AER-DAT4.0\r\n", [16, 0, 0, 0], new Uint8Array(16))).toThrow(
    /identifier IOHE/,
  );
});

test("a recording that was cut gives the packets before the cut", async () => {
  const bytes = aedat4Bytes(EVENTS, { compression: 1 });
  const { events, skipped } = await opened(bytes.subarray(0, -20));
  expect(events).toEqual(EVENTS.slice(0, 15));
  expect(skipped.trailingBytes).toBeGreaterThan(8);
});
