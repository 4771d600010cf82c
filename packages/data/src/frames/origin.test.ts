import { describe, expect, test } from "vitest";
import { eventsOf, recordingsOf } from "../../test/synthetic-events.ts";
import { eventDataset } from "./event-dataset.ts";
import { frameEvents, type Framing } from "./framing.ts";
import { denseFrames } from "./sparse-frames.ts";

/** Events at 25, 35 and 60 us. */
const events = eventsOf(
  [
    [25, 0, 0, 0],
    [35, 0, 0, 0],
    [60, 0, 0, 0],
  ],
  { width: 1, height: 1 },
);

/** Number of events per step. */
function counts(framing: Framing, startUs?: number): number[] {
  const dense = denseFrames(frameEvents(events, framing, startUs));
  return [...dense].filter((_, i) => i % 2 === 0);
}

const tens = { splitBy: "duration", durationUs: 10 } as const;

describe("where the first step begins", () => {
  test.each([
    [{ ...tens, steps: 4 }, [1, 1, 0, 1]],
    [{ ...tens, steps: 4, origin: "first" }, [1, 1, 0, 1]],
    [{ ...tens, steps: 4, origin: "trial" }, [0, 0, 1, 1]],
    [{ ...tens, steps: 2, origin: 30 }, [1, 0]],
    [{ ...tens, origin: "trial" }, [0, 0, 1, 1, 0, 1]],
    [{ ...tens, origin: 30 }, [1, 0, 1]],
    [{ splitBy: "time", steps: 2, origin: "trial" }, [1, 2]],
    [{ splitBy: "time", steps: 2, origin: 30 }, [1, 1]],
    [{ splitBy: "time", steps: 2 }, [2, 1]],
  ] satisfies [Framing, number[]][])("%j", (framing, expected) => {
    expect(counts(framing)).toEqual(expected);
  });

  test("startUs counts whether or not there is a number of steps", () => {
    expect(counts({ ...tens, steps: 2 }, 30)).toEqual([1, 0]);
    expect(counts(tens, 30)).toEqual([1, 0, 1]);
    expect(counts({ splitBy: "time", steps: 2 }, 0)).toEqual([1, 2]);
  });

  test("a voxel grid and a time surface follow it", () => {
    const grid = frameEvents(events, {
      splitBy: "time",
      steps: 2,
      representation: "voxelGrid",
      origin: "trial",
    });
    // u = t / 60: 25/60 + 35/60 + 1 of the second point, the rest of the first.
    expect([...denseFrames(grid)].filter((_, i) => i % 2 === 0)).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(2, 6),
    ]);
    const surface = frameEvents(events, {
      ...tens,
      steps: 3,
      representation: "timeSurface",
      tauUs: 5,
      origin: 20,
    });
    expect(denseFrames(surface)[0]).toBeCloseTo(Math.exp(-1), 6);
  });

  test.each([
    [{ splitBy: "number", steps: 2, origin: "trial" }, /framing.origin: expected none with splitBy "number"/],
    [{ splitBy: "count", events: 2, origin: 5 }, /framing.origin: expected none with splitBy "count"/],
    [{ ...tens, origin: "start" }, /expected "first", "trial" or a time/],
    [{ ...tens, origin: -1 }, /expected "first", "trial" or a time .* got -1/],
    [
      { ...tens, steps: 2, origin: "trial" },
      /events in the steps from 0 us on, got a recording from 25 to 60 us/,
    ],
    [{ ...tens, origin: 61 }, /events in the steps from 61 us on/],
  ])("refuses %j", (framing, message) => {
    expect(() => frameEvents(events, framing as Framing)).toThrow(message);
  });

  test("refuses startUs where it has no use", () => {
    expect(() => frameEvents(events, { splitBy: "number", steps: 2 }, 30)).toThrow(/startUs: expected none/);
    expect(() => frameEvents(events, tens, Number.NaN)).toThrow(/startUs/);
  });
});

test("a data set follows the origin, and clips refuse one", async () => {
  const framing: Framing = { ...tens, steps: 4, origin: "trial" };
  const dataset = await eventDataset(recordingsOf([events]), { framing });
  expect([...dataset.collate([0]).data]).toEqual([0, 0, 0, 0, 1, 0, 1, 0]);
  for (const options of [{ clip: "random" as const }, { clips: 2 }]) {
    await expect(eventDataset(recordingsOf([events]), { framing, ...options })).rejects.toThrow(
      /expected no origin with clip "random" or more than one clip, got "trial"/,
    );
  }
});
