import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsOf, randomEvents } from "../../test/synthetic-events.ts";
import { checkFraming, frameEvents, type Framing } from "./framing.ts";
import { denseFrames, type SparseFrames } from "./sparse-frames.ts";
import { voxelGrid } from "./voxel-grid.ts";

/** Frames of 2 x 1 pixels as [t][OFF left, OFF right, ON left, ON right]. */
function framesOf(events: ReturnType<typeof eventsOf>, framing: Framing, startUs?: number): number[][] {
  const frames = frameEvents(events, framing, startUs);
  const dense = denseFrames(frames);
  return Array.from({ length: frames.steps }, (_, t) => [...dense.subarray(4 * t, 4 * t + 4)]);
}

function total({ values }: SparseFrames): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

const narrow = eventsOf(
  [
    [0, 0, 0, 1],
    [1, 0, 0, 1],
    [2, 1, 0, 0],
    [6, 1, 0, 1],
    [7, 0, 0, 0],
    [9, 1, 0, 0],
  ],
  { width: 2, height: 1 },
);

test("counts events by polarity, OFF before ON", () => {
  expect(framesOf(narrow, { splitBy: "number", steps: 2 })).toEqual([
    [0, 1, 2, 0],
    [1, 1, 0, 1],
  ]);
});

test("is 1 where there is any event, or divides by the frame's largest", () => {
  expect(framesOf(narrow, { splitBy: "number", steps: 2, values: "binary" })).toEqual([
    [0, 1, 1, 0],
    [1, 1, 0, 1],
  ]);
  expect(framesOf(narrow, { splitBy: "number", steps: 2, values: "max" })).toEqual([
    [0, 0.5, 1, 0],
    [1, 1, 0, 1],
  ]);
});

test("puts pixels where they belong: [p, y, x]", () => {
  const frames = frameEvents(
    eventsOf([
      [0, 3, 1, 1],
      [1, 0, 2, 0],
    ]),
    { splitBy: "number", steps: 1 },
  );
  const dense = denseFrames(frames);
  expect(dense[(1 * 3 + 1) * 4 + 3]).toBe(1);
  expect(dense[(0 * 3 + 2) * 4 + 0]).toBe(1);
  expect(dense.reduce((sum, value) => sum + value)).toBe(2);
});

test("sorts events that are out of order first", () => {
  const events = eventsOf(
    [
      [9, 1, 0, 0],
      [0, 0, 0, 1],
    ],
    { width: 2, height: 1 },
  );
  expect(framesOf(events, { splitBy: "number", steps: 2 })).toEqual([
    [0, 0, 1, 0],
    [0, 1, 0, 0],
  ]);
});

test("cuts or fills up to a number of steps", () => {
  expect(framesOf(narrow, { splitBy: "count", events: 4, steps: 3 })).toEqual([
    [0, 1, 2, 1],
    [1, 1, 0, 0],
    [0, 0, 0, 0],
  ]);
  expect(framesOf(narrow, { splitBy: "count", events: 4, steps: 1 })).toEqual([[0, 1, 2, 1]]);
  expect(framesOf(narrow, { splitBy: "duration", durationUs: 2, steps: 2 })).toEqual([
    [0, 0, 2, 0],
    [0, 1, 0, 0],
  ]);
  expect(framesOf(narrow, { splitBy: "duration", durationUs: 2, steps: 2 }, 6)).toEqual([
    [1, 0, 0, 1],
    [0, 1, 0, 0],
  ]);
});

test("holds counts over 255 and large sensors exactly", () => {
  const many = eventsOf(
    Array.from({ length: 300 }, (_, t) => [t, 399, 299, 1] as const),
    { width: 400, height: 300 },
  );
  const frames = frameEvents(many, { splitBy: "number", steps: 1 });
  expect([...frames.cells]).toEqual([2 * 400 * 300 - 1]);
  expect([...frames.values]).toEqual([300]);
});

test("frames hold as many counts as there are events, and only where there are some", () => {
  fc.assert(
    fc.property(fc.nat(400), fc.integer({ min: 1, max: 12 }), fc.nat(), (count, steps, seed) => {
      const events = randomEvents(count, { seed });
      const framings: Framing[] = [
        { splitBy: "number", steps },
        { splitBy: "time", steps },
      ];
      for (const framing of framings) {
        const frames = frameEvents(events, framing);
        expect(frames.steps).toBe(steps);
        expect(total(frames)).toBe(count);
        expect(frames.values.every((value) => value > 0)).toBe(true);
        for (let t = 0; t < steps; t++) {
          const cells = [...frames.cells.subarray(frames.offsets[t], frames.offsets[t + 1])];
          expect(new Set(cells).size).toBe(cells.length);
        }
      }
    }),
    { numRuns: 50 },
  );
});

describe("voxel grids", () => {
  test("share an event between the two nearest points", () => {
    const events = eventsOf(
      [
        [0, 0, 0, 1],
        [3, 0, 0, 0],
        [8, 1, 0, 1],
      ],
      { width: 2, height: 1 },
    );
    const dense = denseFrames(voxelGrid(events, 3)); // points at 0, 4 and 8
    expect([...dense.subarray(0, 4)]).toEqual([0.25, 0, 1, 0]);
    expect([...dense.subarray(4, 8)]).toEqual([0.75, 0, 0, 0]);
    expect([...dense.subarray(8, 12)]).toEqual([0, 0, 0, 1]);
  });

  test("add up to the number of events", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 9 }), fc.nat(), (count, steps, seed) => {
        const grid = voxelGrid(randomEvents(count, { seed }), steps);
        expect(grid.steps).toBe(steps);
        expect(total(grid)).toBeCloseTo(count, 3);
      }),
      { numRuns: 50 },
    );
  });
});

test("time surfaces decay from the last event of each pixel and polarity, and remember", () => {
  const surface = framesOf(narrow, {
    splitBy: "duration",
    durationUs: 5,
    representation: "timeSurface",
    tauUs: 5,
  });
  const decay = (us: number) => Math.fround(Math.exp(-us / 5));
  expect(surface).toEqual([
    [0, decay(3), decay(4), 0],
    [decay(3), decay(1), decay(9), decay(4)],
  ]);
});

test("the time surface of steps without a duration is read at their last event", () => {
  const surface = framesOf(narrow, { splitBy: "number", steps: 2, representation: "timeSurface", tauUs: 5 });
  expect(surface[0]![1]).toBe(1);
  expect(surface[1]![1]).toBe(1);
});

test.each([
  [
    { splitBy: "size", steps: 2 },
    'framing.splitBy: expected "number", "time", "duration" or "count", got "size".',
  ],
  [{ splitBy: "number" }, "framing.steps: expected an integer >= 1 and <= 1048576, got undefined."],
  [{ splitBy: "duration", durationUs: -1 }, "framing.durationUs: expected a finite number > 0, got -1."],
  [{ splitBy: "count" }, "framing.events: expected an integer >= 1, got undefined."],
  [
    { splitBy: "number", steps: 2, values: "mean" },
    'framing.values: expected "count", "binary" or "max", got "mean".',
  ],
  [
    { splitBy: "number", steps: 2, representation: "voxelGrid" },
    'framing.splitBy: expected "time" for a voxel grid, got "number".',
  ],
  [
    { splitBy: "time", steps: 2, representation: "timeSurface" },
    "framing.tauUs: expected a finite number > 0, got undefined.",
  ],
  [
    { splitBy: "time", steps: 2, representation: "cloud" },
    'framing.representation: expected "frames", "voxelGrid"',
  ],
])("refuses framing %j", (framing, message) => {
  expect(() => checkFraming(framing as Framing)).toThrow(message);
});

test("refuses to make more dense numbers than fit", () => {
  const frames = frameEvents(randomEvents(2, { width: 1000, height: 1000, durationUs: 1000 }), {
    splitBy: "time",
    steps: 1000,
  });
  expect(() => denseFrames(frames)).toThrow(
    "denseFrames: expected numbers within the memory budget of 1024 MiB, got 7629 MiB, 1000 steps of 2000000.",
  );
});
