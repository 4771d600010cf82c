import { onWarning, Random } from "@myelin/core";
import { afterEach, expect, test } from "vitest";
import { eventsOf, randomEvents, recordingsOf } from "../../test/synthetic-events.ts";
import { eventTransforms, type EventTransform } from "../event-transforms/index.ts";
import { eventDataset, type EventDatasetOptions } from "./event-dataset.ts";
import type { Framing } from "./framing.ts";

const { crop, eventDrop, randomSlice, roll, shift } = eventTransforms;

/** Clips of a tenth of the recordings. */
const clips: Framing = { splitBy: "duration", durationUs: 100, steps: 10 };

async function blankShare(
  options: Partial<EventDatasetOptions>,
  events = randomEvents(300),
): Promise<number> {
  const dataset = await eventDataset(recordingsOf([events]), { framing: clips, clip: "random", ...options });
  let blank = 0;
  for (let seed = 0; seed < 400; seed++) {
    const { data } = dataset.collate([0], () => new Random(seed));
    if (data.every((value) => value === 0)) blank++;
  }
  return blank / 400;
}

test("dropping happens within the clip and leaves some of it", async () => {
  expect(await blankShare({ augment: [eventDrop()] })).toBe(0);
  expect(
    await blankShare({ augment: [eventDrop({ kinds: ["time"] }), eventDrop(), shift({ max: 8 })] }),
  ).toBe(0);
});

test("a drop of time is a drop of a part of the clip", async () => {
  const dataset = await eventDataset(recordingsOf([randomEvents(300)]), {
    ...{ framing: clips, clip: "random", augment: [eventDrop({ kinds: ["time"] })] },
  });
  const counted = (augment: boolean, seed: number) => {
    const { data } = dataset.collate([0], augment ? () => new Random(seed) : undefined);
    return data.reduce((sum, value) => sum + value, 0);
  };
  const whole = counted(false, 0);
  const dropped = Array.from({ length: 200 }, (_, seed) => counted(true, seed));
  // Of whole recordings nine clips in ten would lose nothing, or all.
  expect(dropped.filter((count) => count < 0.9 * whole).length).toBeGreaterThan(100);
});

test("clips do not begin where nothing happens", async () => {
  const rows = [0, 50, 60, 99_000, 99_900].map((t) => [t, 1, 1, 1] as const);
  expect(await blankShare({}, eventsOf(rows))).toBe(0);
  expect(await blankShare({ augment: [randomSlice({ lengthUs: 10 })] }, eventsOf(rows))).toBe(0);
});

test("pixels that are moved on counted frames stay inside too", async () => {
  const corner = eventsOf([[5, 0, 0, 1]]);
  const augment = [shift({ max: 3 }), roll({ max: 1 }), shift({ max: 3 })];
  expect(await blankShare({ clip: "first", augment }, corner)).toBe(0);
});

test("a custom transform that leaves nothing leaves the sample as it is", async () => {
  const nothing: EventTransform = { name: "nothing", apply: (events) => cut(events) };
  expect(await blankShare({ augment: [nothing] })).toBe(0);
  await expect(blankShare({ transforms: [nothing] })).rejects.toThrow(
    /recording 0: expected transforms to keep some of its 300 events, got none/,
  );
  await expect(
    blankShare({ transforms: [crop({ width: 1, height: 1, at: [0, 0] })] }, eventsOf([[0, 3, 2, 1]])),
  ).rejects.toThrow(/crop: expected to keep some of the 1 events, got none inside 1 x 1/);
});

function cut({ width, height }: { width: number; height: number }) {
  return eventsOf([], { width, height });
}

const before = onWarning(() => undefined);
afterEach(() => void onWarning(before));

test("recordings without events are said", async () => {
  const said: string[] = [];
  onWarning((message) => said.push(message));
  await eventDataset(recordingsOf([eventsOf([[0, 0, 0, 1]]), eventsOf([])]), { framing: clips });
  expect(said).toEqual([
    "eventDataset: synthetic: expected events in all of 2 samples, got none in 1 of them. " +
      "Look at these recordings, or choose longer frames.",
  ]);
});

test.each([
  ["frames", []],
  ["events", [eventDrop()]],
])("clips in which the camera was silent are said, of %s", async (_, augment) => {
  const said: string[] = [];
  onWarning((message) => said.push(message));
  // Clips of 1000 us begin at 0, 2000, 4000, 6000 and 8000 us.
  const silent = eventsOf([0, 500, 8500, 10_000].map((t) => [t, 1, 1, 1] as const));
  await eventDataset(recordingsOf([silent]), { framing: clips, clip: "first", clips: 5, augment });
  expect(said).toEqual([
    "eventDataset: synthetic: expected events in all of 5 clips, 5 a recording, got none in 3 of them, where the camera " +
      "was silent. Choose longer frames or fewer clips.",
  ]);
});
