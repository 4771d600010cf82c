import { FormatError, ShapeError } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { createEvents, encodeEvents, frameEvents, openEvents, readEvents } from "../../src/index.ts";
import {
  aedat4Bytes,
  aedat4Header,
  aedat4Packet,
  AEDAT3_HEADER,
  aedat3Packet,
  concatBytes,
  eventStreamHeader,
  evt2Bytes,
  plainEvents,
  type TestEvent,
  words16,
} from "../event-bytes.ts";

async function compactBytes(events: readonly TestEvent[], width = 30): Promise<Uint8Array> {
  const column = (i: 0 | 1 | 2 | 3) => events.map((event) => event[i]);
  const all = { t: column(0), x: column(1), y: column(2), p: column(3), width, height: 30 };
  const parts: Uint8Array[] = [];
  const options = { format: "compact", width, height: 30 } as const;
  for await (const piece of encodeEvents([createEvents(all)], options)) parts.push(piece.slice());
  return concatBytes(...parts);
}

/** The header of a compact file, with other sides. */
async function compactOf(width: number, height: number): Promise<Uint8Array> {
  const bytes = await compactBytes(plainEvents(3));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, width, true);
  view.setUint32(12, height, true);
  return bytes;
}

describe("a sensor that there cannot be", () => {
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, number]>([
    ["Prophesee", () => evt2Bytes(plainEvents(3), "% evt 2.0\n% geometry 65535x65535\n% end\n"), 0],
    ["Event Stream", () => eventStreamHeader({ width: 65_535, height: 65_535 }), 16],
    ["AEDAT 4", () => aedat4Bytes(plainEvents(3), { width: 65_535, height: 65_535 }), 14],
    ["AEDAT 4, not whole", () => aedat4Bytes(plainEvents(3), { width: 12.5, height: 10 }), 14],
    ["compact", () => compactOf(65_535, 65_535), 8],
    ["compact, beyond", () => compactOf(2 ** 31, 1), 8],
  ])("is an error with the byte: %s", async (_, bytes, byte) => {
    const opening = openEvents(await bytes(), { name: "file" });
    await expect(opening).rejects.toThrow(FormatError);
    await expect(opening).rejects.toThrow(
      `byte ${byte}: expected a sensor of 1 x 1 to 65536 x 65536 with at most 16777216 pixels, got`,
    );
  });

  test("is refused where a user states it", () => {
    const events = { t: [1], x: [0], y: [0], p: [1], width: 65_535, height: 65_535 };
    expect(() => createEvents(events)).toThrow(ShapeError);
    expect(() => createEvents({ ...events, height: 1 })).not.toThrow();
  });
});

describe("a time that is none", () => {
  const times = async (bytes: Uint8Array) => {
    const reader = await openEvents(bytes, { name: "file" });
    const seen: number[] = [];
    for await (const { t } of reader.chunks()) seen.push(...t);
    return { seen, impossible: reader.skipped.impossibleTime };
  };
  const odd: TestEvent[] = [
    [-5, 1, 1, 1],
    [2 ** 53, 1, 1, 0],
    [7, 1, 1, 1],
    [2 ** 53 - 1, 1, 1, 1],
  ];

  test("is counted, AEDAT 4", async () => {
    expect(await times(aedat4Bytes(odd))).toEqual({ seen: [7, 2 ** 53 - 1], impossible: 2 });
  });

  test("is counted, AEDAT 3.1", async () => {
    const bytes = concatBytes(
      AEDAT3_HEADER,
      aedat3Packet(plainEvents(2)),
      aedat3Packet(plainEvents(3), { overflows: 2 ** 30 }),
    );
    expect(await times(bytes)).toEqual({ seen: [1000, 1007], impossible: 3 });
  });

  test("is counted, compact: the first step leads back before 0", async () => {
    const bytes = await compactBytes([
      [1, 1, 1, 1],
      [2, 1, 1, 1],
      [9, 1, 1, 1],
    ]);
    bytes[16] = 0x0b; // v = 2 z + p with z = 5, which is d = -3
    expect(await times(bytes)).toEqual({ seen: [5], impossible: 2 });
  });
});

describe("packets that unpack to far more than they are", () => {
  const MEGABYTE = 2 ** 20;

  /** A zstd frame of runs of zeros, 128 KiB each for four bytes. */
  function zstdRuns(count: number): Uint8Array {
    const head = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    const size = 2 ** 17;
    const block = (last: number): number[] => {
      const word = (size << 3) | 2 | last;
      return [word & 255, (word >> 8) & 255, (word >> 16) & 255, 0];
    };
    return Uint8Array.from([
      ...head,
      ...Array.from({ length: count }, (_, i) => block(i === count - 1 ? 1 : 0)).flat(),
    ]);
  }

  test("zstd is refused before anything is unpacked", async () => {
    const bytes = concatBytes(aedat4Header({ compression: 4 }), aedat4Packet(0, zstdRuns(8000)));
    const before = process.memoryUsage().arrayBuffers;
    await expect(readEvents(bytes, { name: "file" })).rejects.toThrow(
      /expected a packet that unpacks within the memory budget of 33 MiB, got 1000 MiB\. /,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MEGABYTE);
  });

  test("LZ4 is refused before anything is unpacked", async () => {
    const block = new Uint8Array(20_000).fill(255);
    const word = Uint8Array.of(block.length & 255, block.length >> 8, 0, 0);
    const blocks = Array.from({ length: 140 }, () => [word, block]).flat();
    const frame = concatBytes([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73], ...blocks, [0, 0, 0, 0]);
    const bytes = concatBytes(aedat4Header({ compression: 1 }), aedat4Packet(0, frame));
    await expect(readEvents(bytes, { name: "file" })).rejects.toThrow(
      /within the memory budget of 1\d\d MiB, got 560 MiB/,
    );
  });

  test("many events at once are written in packets that can be read", async () => {
    const count = 100_000;
    const zeros = { length: count };
    const events = createEvents({
      ...{ t: Float64Array.from(zeros, (_, i) => i), x: new Uint16Array(count), y: new Uint16Array(count) },
      ...{ p: new Uint8Array(count), width: 4, height: 4 },
    });
    const parts: Uint8Array[] = [];
    for await (const piece of encodeEvents([events], { format: "aedat4", width: 4, height: 4 }))
      parts.push(piece.slice());
    expect(parts.length).toBe(1 + Math.ceil(count / 32_768));
    expect((await readEvents(concatBytes(...parts))).length).toBe(count);
  });

  test("a recording beyond the budget is read piece by piece only", async () => {
    // Words of 16 bits that stand for twelve events each.
    const row = [0x3000, ...new Array<number>(100).fill(0x4fff)];
    const words = [0x8001, 0x6000, 0, ...Array.from({ length: 5000 }, () => row).flat()];
    const bytes = concatBytes("% evt 3.0\n% geometry 1280x720\n% end\n", words16(words));
    let events = 0;
    for await (const { length } of (await openEvents(bytes)).chunks()) events += length;
    expect(events).toBe(6_000_000);
    await expect(readEvents(bytes)).rejects.toThrow(
      /^readEvents: EVT3: expected events within the memory budget of \d+\.?\d* MiB, got .* Read it piece by piece/,
    );
  });
});

test("frames beyond the memory budget are an error that names it", () => {
  const events = createEvents({ t: [1, 2], x: [0, 1], y: [0, 1], p: [1, 0], width: 4, height: 4 });
  expect(() => frameEvents(events, { splitBy: "number", steps: 1, resize: [65_536, 65_536] })).toThrow(
    /expected frames within the memory budget of 1024 MiB, got 65536 MiB for 65536 x 65536 pixels/,
  );
});
