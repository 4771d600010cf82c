import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeEvents, encodeEvents, openEvents, readEvents, type EventReader } from "../../src/index.ts";
import {
  chunkOf,
  concatBytes,
  FILE_BUILDERS,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";

/** Events within what every format can hold, at times that do not go back. */
const events = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 33 }),
      fc.integer({ min: 0, max: 33 }),
      fc.integer({ min: 0, max: 1 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let time = 1000;
    return steps.map(([step, x, y, p]): TestEvent => [(time += step), x, y, p]);
  });

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  // One piece of memory for all pieces, as a source is allowed to do.
  const memory = new Uint8Array(Math.max(1, ...sizes));
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const piece = bytes.subarray(at, at + sizes[i % sizes.length]!);
    memory.fill(0xee);
    memory.set(piece);
    at += piece.length;
    yield await Promise.resolve(memory.subarray(0, piece.length));
  }
}

const WRITTEN = {
  "written as AEDAT 4": async (list: readonly TestEvent[]) => written(list, "aedat4"),
  "written in the compact format": async (list: readonly TestEvent[]) => written(list, "compact"),
};

async function written(list: readonly TestEvent[], format: "aedat4" | "compact"): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const half = list.length >> 1;
  const chunks = [chunkOf(list.slice(0, half)), chunkOf(list.slice(half))];
  for await (const piece of encodeEvents(chunks, { format, width: 34, height: 34 }))
    parts.push(piece.slice());
  return concatBytes(...parts);
}

describe.each(Object.entries({ ...FILE_BUILDERS, ...WRITTEN }))("%s", (_, build) => {
  test("gives back the events, however the bytes arrive", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(events, sizes, async (list, pieces) => {
        const bytes = await build(list);
        const whole = await readEvents(bytes);
        expect(tuplesOf(whole)).toEqual(list);
        expect(tuplesOf(await readEvents(cut(bytes, pieces)))).toEqual(list);
        expect(Math.max(...whole.x)).toBeLessThan(whole.width);
        expect(Math.max(...whole.y)).toBeLessThan(whole.height);
      }),
      { numRuns: 30 },
    );
  });

  test("comes in chunks whose memory is used again", async () => {
    const list = plainEvents(40_000, { step: 2 });
    const reader = await openEvents(await build(list));
    const memories = new Set<ArrayBufferLike>();
    let count = 0;
    for await (const { length, t, p } of reader.chunks()) {
      expect([t.length, p.length]).toEqual([length, length]);
      expect(t[0]).toBe(list[count]![0]);
      memories.add(t.buffer);
      count += length;
    }
    expect(count).toBe(40_000);
    expect(memories.size).toBe(1);
  });

  test("cut anywhere, gives the events before the cut and counts the rest, or says where it ends", async () => {
    const list = plainEvents(40);
    const bytes = await build(list);
    for (let length = bytes.length - 1; length > bytes.length - 90 && length > 0; length--) {
      const outcome = await openEvents(bytes.subarray(0, length)).then(
        drain,
        (error: Error) => error.message,
      );
      if (typeof outcome === "string") {
        expect(outcome).toMatch(/byte \d+: expected .* got /);
      } else {
        expect(list.slice(0, outcome.length)).toEqual(outcome);
        expect(outcome.length).toBeLessThanOrEqual(list.length);
      }
    }
  });
});

async function drain(reader: EventReader): Promise<TestEvent[] | string> {
  const all: TestEvent[] = [];
  try {
    for await (const chunk of reader.chunks()) all.push(...tuplesOf(chunk));
    return all;
  } catch (error) {
    return (error as Error).message;
  }
}

test("info gives the contract's fields, in streamed form", async () => {
  const list: TestEvent[] = [
    [10, 5, 6, 1],
    [8, 100, 90, 0],
    [20, 7, 8, 1],
  ];
  const info = await describeEvents(await openEvents(FILE_BUILDERS["AEDAT 2.0, DVS128"]!(list)));
  expect(info).toEqual({
    format: "AEDAT 2.0",
    events: 3,
    first: [10, 5, 6, 1],
    last: [20, 7, 8, 1],
    width: 128,
    height: 128,
    tMin: 8,
    tMax: 20,
    on: 2,
  });
});

test("leaving the loop closes the source", async () => {
  let closed = 0;
  async function* source() {
    try {
      for (;;) yield await Promise.resolve(FILE_BUILDERS["EVT2"]!(plainEvents(100)));
    } finally {
      closed++;
    }
  }
  const reader = await openEvents(source());
  for await (const chunk of reader.chunks()) if (chunk.length > 0) break;
  expect(closed).toBe(1);
  await (await openEvents(source())).close();
  expect(closed).toBe(2);
});
