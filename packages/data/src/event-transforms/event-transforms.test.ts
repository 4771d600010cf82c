import { Random } from "@myelin/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsOf, randomEvents, rowsOf } from "../../test/synthetic-events.ts";
import type { Events } from "../events/index.ts";
import { createEventTransform, EVENT_TRANSFORMS, eventTransforms, type EventTransform } from "./index.ts";

const { crop, denoise, downsample, eventDrop, flip, polarityFlip, randomSlice } = eventTransforms;
const { refractory, removeHotPixels, roll, rotate, shift, timeJitter } = eventTransforms;

/** One of each, with options that change most recordings. */
const EXAMPLES: Record<string, Record<string, unknown>> = {
  downsample: { factor: 2 },
  crop: { width: 5, height: 4, at: "random" },
  flip: { axis: "y", p: 0.5 },
  roll: { max: 3 },
  shift: { max: 2 },
  rotate: { degrees: 30 },
  timeJitter: { sdUs: 500 },
  polarityFlip: { p: 0.5 },
  eventDrop: { kinds: ["time", "area", "random"] },
  randomSlice: { lengthUs: 3000 },
  denoise: { windowUs: 2000 },
  refractory: { periodUs: 1500 },
  removeHotPixels: { deviations: 1 },
};

/** All that a recording holds, as plain numbers. */
function snapshot(events: Events): object {
  return { width: events.width, height: events.height, rows: rowsOf(events) };
}

function apply(transform: EventTransform, events: Events, seed = 1): number[][] {
  return rowsOf(transform.apply(events, new Random(seed)));
}

test("the table has an example of every transform here", () => {
  expect(Object.keys(EXAMPLES)).toEqual(Object.keys(EVENT_TRANSFORMS));
});

describe.each(Object.entries(EXAMPLES))("%s", (name, options) => {
  const transform = createEventTransform(name, options);

  test("depends on recording and seed alone, keeps its input, and gives valid events", () => {
    fc.assert(
      fc.property(fc.nat(150), fc.nat(), (count, seed) => {
        const events = randomEvents(count, { seed });
        const before = snapshot(events);
        const changed = transform.apply(events, new Random(seed));
        expect(snapshot(events)).toEqual(before);
        expect(snapshot(createEventTransform(name, options).apply(events, new Random(seed)))).toEqual(
          snapshot(changed),
        );
        expect(changed.length).toBeLessThanOrEqual(count);
        for (const [i, [t, x, y, p]] of rowsOf(changed).entries()) {
          expect(t).toBeGreaterThanOrEqual(i > 0 ? changed.t[i - 1]! : events.t[0]!);
          expect(Number.isInteger(t)).toBe(true);
          expect(x).toBeLessThan(changed.width);
          expect(y).toBeLessThan(changed.height);
          expect(p === 0 || p === 1).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("size", () => {
  const events = eventsOf([
    [0, 0, 0, 1],
    [1, 3, 2, 0],
    [2, 2, 1, 1],
  ]); // 4 x 3

  test("downsampling by a factor rounds places down and sizes up", () => {
    const half = downsample({ factor: 2 }).apply(events, new Random(1));
    expect(snapshot(half)).toEqual({
      width: 2,
      height: 2,
      rows: [
        [0, 0, 0, 1],
        [1, 1, 1, 0],
        [2, 1, 0, 1],
      ],
    });
  });

  test("downsampling to a size scales places", () => {
    const narrow = downsample({ width: 3, height: 1 }).apply(events, new Random(1));
    expect(snapshot(narrow)).toEqual({
      width: 3,
      height: 1,
      rows: [
        [0, 0, 0, 1],
        [1, 2, 0, 0],
        [2, 1, 0, 1],
      ],
    });
  });

  test("cropping keeps what lies inside, from the window's corner", () => {
    const corner = crop({ width: 2, height: 2, at: [2, 1] }).apply(events, new Random(1));
    expect(snapshot(corner)).toEqual({
      width: 2,
      height: 2,
      rows: [
        [1, 1, 1, 0],
        [2, 0, 0, 1],
      ],
    });
    const middle = crop({ width: 2, height: 1 }).apply(events, new Random(1));
    expect(snapshot(middle)).toEqual({ width: 2, height: 1, rows: [[2, 1, 0, 1]] });
  });

  test("cropping at random never comes out empty", () => {
    const lonely = randomEvents(1, { seed: 1, width: 40, height: 30 });
    const window = crop({ width: 3, height: 3, at: "random" });
    for (let seed = 0; seed < 30; seed++) {
      const inside = window.apply(lonely, new Random(seed));
      expect(inside).toMatchObject({ length: 1, width: 3, height: 3 });
      expect(inside.x[0]! < 3 && inside.y[0]! < 3).toBe(true);
    }
  });

  test("a random window lies everywhere on the sensor", () => {
    const pixels = eventsOf(Array.from({ length: 12 }, (_, i) => [i, i % 4, Math.floor(i / 4), 1] as const));
    const window = crop({ width: 3, height: 2, at: "random" });
    const corners = new Set(Array.from({ length: 60 }, (_, seed) => apply(window, pixels, seed)[0]![0]));
    expect([...corners].sort()).toEqual([0, 1, 4, 5].sort());
  });
});

describe("pixels", () => {
  const events = eventsOf([
    [0, 0, 0, 1],
    [1, 3, 2, 0],
  ]);

  test("flips left to right or top to bottom", () => {
    expect(apply(flip({ p: 1 }), events)).toEqual([
      [0, 3, 0, 1],
      [1, 0, 2, 0],
    ]);
    expect(apply(flip({ axis: "y", p: 1 }), events)).toEqual([
      [0, 0, 2, 1],
      [1, 3, 0, 0],
    ]);
    expect(apply(flip({ p: 0 }), events)).toEqual(rowsOf(events));
  });

  test("rolls every event by the same amount, round the edges", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const [first, second] = apply(roll({ max: 1 }), events, seed) as [number[], number[]];
      expect((second[1]! - first[1]! + 8) % 4).toBe(3);
      expect((second[2]! - first[2]! + 6) % 3).toBe(2);
      seen.add(`${first[1]},${first[2]}`);
    }
    expect(seen.size).toBe(9);
  });

  test("shifts lose what leaves the image", () => {
    const counts = Array.from({ length: 50 }, (_, seed) => apply(shift({ max: 3 }), events, seed).length);
    // A shift that would lose both is not made.
    expect(new Set(counts)).toEqual(new Set([1, 2]));
  });

  test("rotates about the centre, to the nearest pixel, and loses what leaves the image", () => {
    const square = eventsOf(
      [
        [0, 0, 0, 1],
        [1, 1, 0, 1],
        [2, 1, 1, 0],
      ],
      { width: 3, height: 3 },
    );
    const quarter = rotate({ degrees: 90 });
    const least = Object.assign(new Random(1), { uniform: () => 0 }); // -90 degrees: against the clock
    expect(rowsOf(quarter.apply(square, least))).toEqual([
      [0, 0, 2, 1],
      [1, 0, 1, 1],
      [2, 1, 1, 0],
    ]);
    const wide = eventsOf(
      [
        [0, 0, 1, 1],
        [1, 4, 1, 1],
        [2, 2, 0, 1],
      ],
      { width: 5, height: 3 },
    );
    expect(rowsOf(quarter.apply(wide, least))).toEqual([[2, 1, 1, 1]]);
  });

  test("a map of pixels says what apply does, from the same stream", () => {
    const recording = randomEvents(100, { seed: 3 });
    for (const transform of [flip(), roll(), shift(), rotate({ degrees: 40 })]) {
      const map = transform.drawPixelMap!(recording, new Random(9));
      const moved = rowsOf(recording).flatMap(([t, x, y, p]) => {
        const pixel = map[y! * 8 + x!]!;
        return pixel < 0 ? [] : [[t, pixel % 8, Math.floor(pixel / 8), p]];
      });
      expect(apply(transform, recording, 9)).toEqual(moved);
    }
  });
});

describe("time and polarity", () => {
  test("jitter has the standard deviation asked for", () => {
    const events = eventsOf(Array.from({ length: 4000 }, (_, i) => [1e6 + 1e5 * i, 0, 0, 1] as const));
    const changes = timeJitter({ sdUs: 200 })
      .apply(events, new Random(1))
      .t.map((t, i) => t - events.t[i]!);
    const variance = changes.reduce((sum, change) => sum + change ** 2, 0) / changes.length;
    expect(Math.sqrt(variance)).toBeGreaterThan(190);
    expect(Math.sqrt(variance)).toBeLessThan(210);
  });

  test("polarity flips for all events or none", () => {
    const events = eventsOf([
      [0, 1, 1, 1],
      [1, 2, 2, 0],
    ]);
    expect(apply(polarityFlip({ p: 1 }), events)).toEqual([
      [0, 1, 1, 0],
      [1, 2, 2, 1],
    ]);
    expect(apply(polarityFlip({ p: 0 }), events)).toEqual(rowsOf(events));
  });

  test("a slice has consecutive events of the duration or number asked for", () => {
    const events = randomEvents(200, { seed: 5 });
    const all = rowsOf(events).map(String);
    const starts = new Set<string>();
    for (let seed = 0; seed < 30; seed++) {
      const byTime = apply(randomSlice({ lengthUs: 2000 }), events, seed);
      expect(byTime.at(-1)[0]! - byTime[0]![0]!).toBeLessThan(2000);
      const first = all.indexOf(String(byTime[0]));
      expect(byTime.map(String)).toEqual(all.slice(first, first + byTime.length));
      expect(apply(randomSlice({ events: 30 }), events, seed)).toHaveLength(30);
      starts.add(String(byTime[0]));
    }
    expect(starts.size).toBeGreaterThan(20);
    expect(apply(randomSlice({ events: 999 }), events)).toHaveLength(200);
    expect(apply(randomSlice({ lengthUs: 1e9 }), events)).toHaveLength(200);
  });
});

describe("event drop", () => {
  const events = randomEvents(2000, { width: 20, height: 20, seed: 7 });

  test("does each of its four things about equally often", () => {
    const whole = Array.from({ length: 400 }, (_, seed) => apply(eventDrop(), events, seed).length === 2000);
    expect(whole.filter(Boolean).length).toBeGreaterThan(70);
    expect(whole.filter(Boolean).length).toBeLessThan(130);
  });

  test("time: what is lost is one window of 10 to 90 % of the duration, or its part inside", () => {
    for (let seed = 0; seed < 40; seed++) {
      const kept = new Set(apply(eventDrop({ kinds: ["time"] }), events, seed).map(String));
      const lost = rowsOf(events).filter((row) => !kept.has(String(row)));
      const span = (lost.at(-1)?.[0] ?? 0) - (lost[0]?.[0] ?? 0);
      expect(span).toBeLessThanOrEqual(0.9 * 10_000);
      const inside = rowsOf(events).filter(([t]) => t! >= lost[0]![0]! && t! <= lost.at(-1)[0]!);
      expect(lost).toHaveLength(inside.length);
    }
  });

  test("area: what is lost is one rectangle", () => {
    for (let seed = 0; seed < 40; seed++) {
      const kept = apply(eventDrop({ kinds: ["area"] }), events, seed);
      const known = new Set(kept.map(String));
      const lost = rowsOf(events).filter((row) => !known.has(String(row)));
      const range = (axis: number) => [
        Math.min(...lost.map((row) => row[axis]!)),
        Math.max(...lost.map((row) => row[axis]!)),
      ];
      const [[left, right], [top, bottom]] = [range(1), range(2)] as [[number, number], [number, number]];
      const survivors = kept.filter(([, x, y]) => x! >= left && x! <= right && y! >= top && y! <= bottom);
      expect(survivors).toEqual([]);
    }
  });

  test("random: the part that is lost is a number of tenths", () => {
    for (let seed = 0; seed < 20; seed++) {
      const part = 1 - apply(eventDrop({ kinds: ["random"] }), events, seed).length / 2000;
      expect(Math.abs(part * 10 - Math.round(part * 10))).toBeLessThan(0.5);
      expect(part).toBeGreaterThan(0.05);
      expect(part).toBeLessThan(0.95);
    }
  });
});

describe("noise filters", () => {
  test("denoise keeps events with a recent neighbour, and no others", () => {
    const events = eventsOf([
      [0, 1, 1, 1], // nobody before
      [5, 2, 2, 0], // a neighbour 5 us ago
      [9, 2, 2, 1], // its own pixel does not count; the neighbour is 9 us old
      [30, 1, 1, 1], // the neighbour is 21 us old
      [31, 3, 0, 1], // two columns away
      [40, 2, 1, 1], // neighbours on both sides, 10 and 9 us old
    ]);
    expect(apply(denoise({ windowUs: 10 }), events).map(([t]) => t)).toEqual([5, 9, 40]);
  });

  test("denoise does not mistake the other edge for a neighbour", () => {
    const events = eventsOf([
      [0, 3, 0, 1],
      [1, 0, 1, 1],
      [2, 3, 2, 0],
      [3, 2, 2, 0],
    ]);
    expect(apply(denoise({ windowUs: 10 }), events).map(([t]) => t)).toEqual([3]);
  });

  test("refractory keeps a pixel silent after an event that was kept", () => {
    const events = eventsOf([
      [0, 1, 1, 1],
      [6, 1, 1, 0],
      [8, 2, 1, 1],
      [10, 1, 1, 1],
      [19, 1, 1, 1],
    ]);
    expect(apply(refractory({ periodUs: 10 }), events).map(([t]) => t)).toEqual([0, 8, 10]);
  });

  test("hot pixels lose all their events", () => {
    const hot = Array.from({ length: 50 }, (_, i) => [i, 1, 1, 1] as const);
    const others = Array.from({ length: 11 }, (_, i) => [100 + i, i % 4, i % 3, 0] as const);
    const events = eventsOf([...hot, ...others.filter(([, x, y]) => x !== 1 || y !== 1)]);
    const quiet = apply(removeHotPixels({ deviations: 2 }), events);
    expect(quiet).toEqual(rowsOf(events).slice(50));
    // 60 events in 110 us; a pixel with 50 of them fires at 454,545 Hz
    expect(apply(removeHotPixels({ maxRateHz: 454_000 }), events)).toEqual(quiet);
    expect(apply(removeHotPixels({ maxRateHz: 456_000 }), events)).toEqual(rowsOf(events));
  });
});

test("composed transforms follow each other and share the stream", () => {
  const events = randomEvents(50);
  const random = new Random(4);
  const oneByOne = eventDrop().apply(roll().apply(events, random), random);
  expect(apply(eventTransforms.compose(roll(), eventDrop()), events, 4)).toEqual(rowsOf(oneByOne));
});

test.each([
  ["blur", {}, 'createEventTransform: expected the name of an event transform, got "blur".'],
  ["constructor", {}, 'createEventTransform: expected the name of an event transform, got "constructor".'],
  ["roll", { maximum: 3 }, 'roll: expected only the options max, got "maximum".'],
  ["roll", { max: "3" }, 'roll.max: expected a number, got "3".'],
  ["roll", { max: 1.5 }, "roll.max: expected an integer >= 0, got 1.5."],
  ["shift", { max: -1 }, "shift.max: expected an integer >= 0, got -1."],
  ["flip", { axis: "z" }, 'flip.axis: expected x or y, got "z".'],
  ["flip", { p: 2 }, "flip.p: expected a finite number >= 0 and <= 1, got 2."],
  ["polarityFlip", { p: -1 }, "polarityFlip.p: expected a finite number >= 0 and <= 1, got -1."],
  ["rotate", {}, "rotate.degrees: expected a finite number >= 0 and <= 180, got undefined."],
  ["downsample", { factor: 0.5 }, "downsample.factor: expected a finite number >= 1, got 0.5."],
  ["downsample", { width: 3 }, "downsample.height: expected an integer >= 1, got undefined."],
  ["crop", { width: 0, height: 1 }, "crop.width: expected an integer >= 1, got 0."],
  ["crop", { width: 1, height: 1, at: "top" }, 'crop.at: expected center, random or [x, y], got "top".'],
  ["timeJitter", { sdUs: -1 }, "timeJitter.sdUs: expected a finite number >= 0, got -1."],
  [
    "eventDrop",
    { kinds: ["all"] },
    'eventDrop.kinds: expected a list of some of none, time, area, random, got ["all"].',
  ],
  ["eventDrop", { kinds: [] }, "eventDrop.kinds: expected some of none, time, area, random, got []."],
  ["randomSlice", {}, "randomSlice: expected lengthUs or events, got neither."],
  ["randomSlice", { lengthUs: 0 }, "randomSlice.lengthUs: expected a finite number > 0, got 0."],
  ["denoise", { windowUs: 0 }, "denoise.windowUs: expected a finite number > 0, got 0."],
  ["refractory", {}, "refractory.periodUs: expected a finite number > 0, got undefined."],
  ["removeHotPixels", {}, "removeHotPixels: expected maxRateHz or deviations, got neither."],
  ["removeHotPixels", { deviations: 0 }, "removeHotPixels.deviations: expected a finite number > 0, got 0."],
])("refuses %s with %j", (name, options, message) => {
  expect(() => createEventTransform(name, options)).toThrow(message);
});

test.each([
  [crop({ width: 5, height: 1 }), "crop: expected a size of at most 4 x 3, the recording's, got 5 x 1."],
  [crop({ width: 2, height: 2, at: [3, 0] }), "crop.at[0]: expected an integer >= 0 and <= 2, got 3."],
  [
    downsample({ width: 4, height: 4 }),
    "downsample: expected a size of at most 4 x 3, the recording's, got 4 x 4.",
  ],
])("refuses recordings that are too small: %#", (transform, message) => {
  expect(() => transform.apply(eventsOf([]), new Random(1))).toThrow(message);
});
