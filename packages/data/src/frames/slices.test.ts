import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  sliceByCount,
  sliceByDuration,
  sliceByNumber,
  sliceByTime,
  sliceWindow,
  type Slices,
} from "./slices.ts";

function pairs({ starts, ends }: Slices): number[][] {
  return Array.from(starts, (start, j) => [start, ends[j]!]);
}

const times = (...t: number[]) => Float64Array.from(t);

describe("by number", () => {
  test("the remainder goes to the last step", () => {
    // floor(11 / 4) = 2 events per step
    expect(pairs(sliceByNumber(11, 4))).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 11],
    ]);
  });

  test("with fewer events than steps all go to the last one", () => {
    expect(pairs(sliceByNumber(2, 3))).toEqual([
      [0, 0],
      [0, 0],
      [0, 2],
    ]);
  });

  test("no events give empty steps", () => {
    expect(pairs(sliceByNumber(0, 2))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("by time", () => {
  test("the duration is rounded down and the rest goes to the last step", () => {
    // floor((111 - 100) / 3) = 3: steps from 100, 103 and 106 on
    const t = times(100, 102, 103, 105, 106, 108, 109, 110, 111);
    expect(pairs(sliceByTime(t, 3))).toEqual([
      [0, 2],
      [2, 4],
      [4, 9],
    ]);
  });

  test("an event on a boundary belongs to the step that begins there", () => {
    expect(pairs(sliceByTime(times(0, 10, 10, 20), 2))).toEqual([
      [0, 1],
      [1, 4],
    ]);
  });

  test("steps without events are empty", () => {
    expect(pairs(sliceByTime(times(0, 1, 90), 3))).toEqual([
      [0, 2],
      [2, 2],
      [2, 3],
    ]);
  });

  test("events of one moment, or none, all belong to the last step", () => {
    expect(pairs(sliceByTime(times(5, 5, 5), 2))).toEqual([
      [0, 0],
      [0, 3],
    ]);
    expect(pairs(sliceByTime(times(), 2))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("by duration", () => {
  test("an event exactly at the end belongs to the last step", () => {
    // ceil(20 / 10) = 2 steps; t = 20 would begin a third one
    expect(pairs(sliceByDuration(times(100, 109, 110, 119, 120), 10))).toEqual([
      [0, 2],
      [2, 5],
    ]);
  });

  test("a last step that is not full counts", () => {
    expect(pairs(sliceByDuration(times(0, 10, 21), 10))).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test("there is at least one step", () => {
    expect(pairs(sliceByDuration(times(7, 7), 10))).toEqual([[0, 2]]);
    expect(pairs(sliceByDuration(times(), 10))).toEqual([[0, 0]]);
  });
});

describe("a window", () => {
  test("leaves out what lies before and after", () => {
    const slices = sliceWindow(times(0, 5, 9, 10, 14, 15, 30), { startUs: 5, durationUs: 5, steps: 2 });
    expect(pairs(slices)).toEqual([
      [1, 3],
      [3, 5],
    ]);
  });
});

describe("by count", () => {
  test("the last step holds the remainder", () => {
    expect(pairs(sliceByCount(7, 3))).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ]);
    expect(pairs(sliceByCount(6, 3))).toEqual([
      [0, 3],
      [3, 6],
    ]);
    expect(pairs(sliceByCount(0, 3))).toEqual([[0, 0]]);
  });
});

test("whatever the rule, every event belongs to exactly one step, in order", () => {
  const recording = fc.record({
    gaps: fc.array(fc.nat(50), { maxLength: 60 }),
    start: fc.nat(1e9),
    steps: fc.integer({ min: 1, max: 20 }),
    size: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(recording, ({ gaps, start, steps, size }) => {
      let now = start;
      const t = Float64Array.from(gaps, (gap) => (now += gap));
      const all = [
        sliceByNumber(t.length, steps),
        sliceByTime(t, steps),
        sliceByDuration(t, size),
        sliceByCount(t.length, size),
      ];
      for (const { starts, ends } of all) {
        expect(starts[0]).toBe(0);
        expect(ends.at(-1)).toBe(t.length);
        expect([...starts.subarray(1)]).toEqual([...ends.subarray(0, -1)]);
        expect(starts.every((begin, j) => begin <= ends[j]!)).toBe(true);
      }
    }),
  );
});

test.each([
  [() => sliceByNumber(5, 0), "sliceByNumber.steps: expected an integer >= 1 and <= 1048576, got 0."],
  [() => sliceByTime(times(1), 1.5), "sliceByTime.steps: expected an integer >= 1 and <= 1048576, got 1.5."],
  [() => sliceByDuration(times(1), 0), "sliceByDuration.durationUs: expected a finite number > 0, got 0."],
  [
    () => sliceByDuration(times(0, 1e15), 1),
    "sliceByDuration: expected at most 1048576 steps, got 1000000000000000 slices",
  ],
  [() => sliceByCount(9, 0.5), "sliceByCount.events: expected an integer >= 1, got 0.5."],
  [
    () => sliceByCount(2 ** 21, 1),
    "sliceByCount: expected at most 1048576 steps, got 2097152 slices of 1 events",
  ],
  [
    () => sliceWindow(times(1), { startUs: 0, durationUs: Number.NaN, steps: 1 }),
    "sliceWindow.durationUs: expected a finite number > 0, got NaN.",
  ],
])("refuses what cannot be: %#", (slice, message) => {
  expect(slice).toThrow(message);
});
