import { Random, ShapeError } from "@myelin/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsOf, recordingsOf, rowsOf } from "../../test/synthetic-events.ts";
import {
  createEvents,
  encodeEvents,
  EVENT_TRANSFORMS,
  createEventTransform,
  eventDataset,
  frameEvents,
  sliceEvents,
  voxelGrid,
  type Events,
  type Framing,
} from "../browser.ts";

const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  downsample: { factor: 2 },
  crop: { width: 2, height: 2 },
  rotate: { degrees: 10 },
  timeJitter: { sdUs: 1 },
  randomSlice: { events: 2 },
  refractory: { periodUs: 1 },
  removeHotPixels: { deviations: 5 },
};

async function write(format: "aedat4" | "compact", events: Events): Promise<void> {
  for await (const _ of encodeEvents([events], { format, width: 4, height: 3 })) void _;
}

const framing: Framing = { splitBy: "number", steps: 2 };

/** Every public function that takes events. */
const DOORS: Readonly<Record<string, (events: Events) => unknown>> = {
  frameEvents: (events) => frameEvents(events, framing),
  voxelGrid: (events) => voxelGrid(events, 2),
  sliceEvents: (events) => sliceEvents(events, framing),
  eventDataset: (events) => eventDataset(recordingsOf([events]), { framing }),
  "aedat4 writer": (events) => write("aedat4", events),
  "compact writer": (events) => write("compact", events),
  ...Object.fromEntries(
    Object.keys(EVENT_TRANSFORMS).map((name) => [
      name,
      (events: Events) => createEventTransform(name, OPTIONS[name] ?? {}).apply(events, new Random(1)),
    ]),
  ),
};

const good = eventsOf([
  [10, 1, 2, 1],
  [20, 2, 1, 0],
  [30, 3, 0, 1],
]);

function withValue(field: "t" | "x" | "y" | "p", i: number, value: number): Events {
  return { ...good, [field]: Float64Array.from(good[field], (old, k) => (k === i ? value : old)) };
}

describe.each(Object.entries(DOORS))("%s", (_, door) => {
  const open = async (events: Events) => door(events);

  test("lets events in", async () => {
    await expect(open(good)).resolves.not.toThrow();
  });

  test("refuses polarities of -1, in bytes of either kind too", async () => {
    const wanted = /expected polarities 0 \(OFF\) and 1 \(ON\), got (-1|255).*createEvents.*"signed"/;
    await expect(open({ ...good, p: Int8Array.of(1, -1, 1) } as never)).rejects.toThrow(wanted);
    await expect(open({ ...good, p: Uint8Array.of(1, 255, 1) })).rejects.toThrow(wanted);
  });

  test("refuses what is no event", async () => {
    const bad = fc.oneof(fc.integer({ max: -1 }), fc.constantFrom(0.5, Number.NaN, Infinity, 2 ** 60));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("t", "x", "y", "p"), fc.nat(2), bad, async (field, i, value) => {
        await expect(open(withValue(field, i, value))).rejects.toThrow(ShapeError);
      }),
      { numRuns: 30 },
    );
    await expect(open(withValue("x", 0, 4))).rejects.toThrow(/inside 4 x 3, got one at \(4, 2\), event 0/);
    await expect(open(withValue("y", 1, 3))).rejects.toThrow(/inside 4 x 3, got one at \(2, 3\), event 1/);
  });

  test("refuses arrays of other lengths", async () => {
    for (const field of ["t", "x", "y", "p"] as const) {
      const short = { ...good, [field]: good[field].subarray(1) };
      await expect(open(short)).rejects.toThrow(/of 3 elements each/);
    }
  });
});

test("functions that do not sort refuse times that go back", () => {
  const back = eventsOf([
    [20, 0, 0, 1],
    [10, 0, 0, 1],
  ]);
  expect(() => sliceEvents(back, framing)).toThrow(/ascending order, got 10 us for event 1 after 20 us/);
  expect(frameEvents(back, framing).steps).toBe(2);
});

test("createEvents takes signed polarities and arrays of any kind", () => {
  const parts = { t: [1, 2, 3], x: [0, 1, 2], y: [2, 1, 0], width: 4, height: 3 };
  const expected = [
    [1, 0, 2, 0],
    [2, 1, 1, 1],
    [3, 2, 0, 0],
  ];
  for (const p of [[-1, 1, -1], Int8Array.of(-1, 1, -1), Uint8Array.of(255, 1, 255)]) {
    expect(rowsOf(createEvents({ ...parts, p, polarity: "signed" }))).toEqual(expected);
    expect(() => createEvents({ ...parts, p })).toThrow(/polarities 0 \(OFF\) and 1 \(ON\)/);
  }
  expect(() => createEvents({ ...parts, p: [0, 1, -1], polarity: "signed" })).toThrow(
    /expected polarities -1 \(OFF\) and 1 \(ON\), got 0 for event 0/,
  );
  expect(() => createEvents({ ...parts, p: [0, 1, 1], polarity: "on" as never })).toThrow(
    /"binary" or "signed"/,
  );
});
