import { Random } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { eventsOf, randomEvents, recordingsOf } from "../../test/synthetic-events.ts";
import { eventTransforms } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";
import { clipStarts, clipVote } from "./clips.ts";
import { eventDataset, type EventDatasetOptions } from "./event-dataset.ts";
import { frameEvents, type Framing } from "./framing.ts";
import { denseFrames } from "./sparse-frames.ts";

const { crop, downsample, eventDrop, flip, polarityFlip, roll, rotate, shift } = eventTransforms;
const recordings = Array.from({ length: 6 }, (_, seed) => randomEvents(50 + 10 * seed, { seed }));
const ten: Framing = { splitBy: "number", steps: 10 };
const LENGTH = 2 * 6 * 8;

function make(options: Partial<EventDatasetOptions> = {}, from: readonly Events[] = recordings) {
  return eventDataset(recordingsOf(from), { framing: ten, ...options });
}

/** Sample b of a block [steps, batch, ...] as [steps, ...]. */
function sampleOf(data: Float32Array, steps: number, batch: number, b: number): number[] {
  return Array.from({ length: steps }, (_, t) => {
    const start = (t * batch + b) * LENGTH;
    return [...data.subarray(start, start + LENGTH)];
  }).flat();
}

const generator = (sample: number) => new Random(100 + sample);

test("says what it holds", async () => {
  const dataset = await make();
  expect(dataset).toMatchObject({ name: "synthetic", count: 6, classes: 2, clips: 1, stepShape: [2, 6, 8] });
  expect([...dataset.labels]).toEqual([0, 1, 0, 1, 0, 1]);
  expect([...dataset.sources!]).toEqual([0, 10, 20, 30, 40, 50]);
});

test("a block has the frames of its samples in order, time first", async () => {
  const { data, steps } = (await make()).collate([4, 1, 4]);
  expect(steps).toBe(10);
  for (const [b, index] of [4, 1, 4].entries()) {
    expect(sampleOf(data, 10, 3, b)).toEqual([...denseFrames(frameEvents(recordings[index]!, ten))]);
  }
});

test("samples of different length are filled up with zeros at the end", async () => {
  const framing: Framing = { splitBy: "count", events: 40 };
  const dataset = await make({ framing });
  const { data, steps } = dataset.collate([0, 5]); // 50 and 100 events
  expect(steps).toBe(3);
  const short = denseFrames(frameEvents(recordings[0]!, framing));
  expect(sampleOf(data, 3, 2, 0)).toEqual([...short, ...new Array<number>(LENGTH).fill(0)]);
});

test("a selection has its samples, labels and sources", async () => {
  const dataset = await make();
  const part = dataset.select([5, 0]).select([1, 0]);
  expect(part.count).toBe(2);
  expect([...part.labels]).toEqual([0, 1]);
  expect([...part.sources!]).toEqual([0, 50]);
  expect(part.collate([1])).toEqual(dataset.collate([5]));
});

describe("augmentation", () => {
  const moving = [roll({ max: 2 }), flip()];

  test("moves pixels of counted frames as it moves the events", async () => {
    const onFrames = (await make({ augment: moving })).collate([2, 3], generator);
    // Something that is not a map of pixels keeps the events; turning the polarity never is no change.
    const onEvents = (await make({ augment: [...moving, polarityFlip({ p: 0 })] })).collate(
      [2, 3],
      generator,
    );
    expect(onFrames).toEqual(onEvents);
  });

  test.each<Partial<Framing>>([
    { values: "binary" },
    { values: "max" },
    { representation: "timeSurface", tauUs: 500 },
  ])("that makes pixels meet or leave gives what the moved events give: %j", async (what) => {
    const framing = { splitBy: "duration", durationUs: 500, steps: 4, ...what } as Framing;
    for (const moves of [rotate({ degrees: 40 }), shift({ max: 3 })]) {
      const onFrames = await make({ framing, augment: [moves] });
      const onEvents = await make({ framing, augment: [moves, polarityFlip({ p: 0 })] });
      for (let seed = 0; seed < 10; seed++) {
        const drawn = () => new Random(seed);
        expect(onFrames.collate([2, 3], drawn)).toEqual(onEvents.collate([2, 3], drawn));
      }
    }
  });

  test.each([
    ["frames", moving],
    ["events", [eventDrop({ kinds: ["random"] }), ...moving]],
  ] as const)("on %s: only with a generator, and by it alone", async (_, augment) => {
    const dataset = await make({ augment });
    const plain = (await make()).collate([0, 1]);
    expect(dataset.collate([0, 1])).toEqual(plain);
    const changed = dataset.collate([0, 1], generator);
    expect(changed).not.toEqual(plain);
    expect(dataset.collate([0, 1], generator)).toEqual(changed);
    expect(dataset.collate([1], generator).data).toEqual(Float32Array.from(sampleOf(changed.data, 10, 2, 1)));
    expect(dataset.collate([0, 1], (sample) => new Random(sample))).not.toEqual(changed);
  });

  test("must keep the size", async () => {
    const dataset = await make({ augment: [crop({ width: 4, height: 4 })] });
    expect(() => dataset.collate([0], generator)).toThrow(
      "eventDataset.augment: expected transforms that keep 8 x 6 pixels, got 4 x 4.",
    );
  });

  test("leaves the number of steps open where the framing does", async () => {
    const dataset = await make({
      framing: { splitBy: "count", events: 10 },
      augment: [eventDrop({ kinds: ["random"] })],
    });
    const { data, steps } = dataset.collate([4, 5], generator);
    expect(steps).toBeLessThan(10);
    expect(data).toHaveLength(steps * 2 * LENGTH);
  });
});

test("transforms are applied once, by seed", async () => {
  const transforms = [downsample({ factor: 2 }), eventDrop({ kinds: ["random"] })];
  const dataset = await make({ transforms, seed: 3 });
  expect(dataset.stepShape).toEqual([2, 3, 4]);
  expect((await make({ transforms, seed: 3 })).collate([0, 1])).toEqual(dataset.collate([0, 1]));
  expect((await make({ transforms, seed: 4 })).collate([0, 1])).not.toEqual(dataset.collate([0, 1]));
});

describe("clips", () => {
  const framing: Framing = { splitBy: "duration", durationUs: 500, steps: 4 };
  // One event every 10 us for 10 ms, from column 0 to 7 as time goes by.
  const long = eventsOf(
    Array.from({ length: 1000 }, (_, i) => [10 * i, Math.floor(i / 125), 0, 1] as const),
    { width: 8, height: 6 },
  );

  test("spread over each recording, side by side, in frames or in events", async () => {
    for (const augment of [[], [polarityFlip()]]) {
      const dataset = await make({ framing, clips: 3, augment }, [long, long]);
      expect(dataset).toMatchObject({ count: 6, clips: 3 });
      expect([...dataset.labels]).toEqual([0, 0, 0, 1, 1, 1]);
      expect([...dataset.sources!]).toEqual([0, 0, 0, 10, 10, 10]);
      const starts = [0, 3330, 6660]; // clips of 2000 us with gaps of floor((9990 - 6000) / 3) = 1330 us
      for (const [j, start] of starts.entries()) {
        expect(dataset.collate([j]).data).toEqual(denseFrames(frameEvents(long, framing, start)));
      }
    }
  });

  test("a random one begins anywhere and ends inside", async () => {
    const dataset = await make({ framing, clip: "random" }, [long]);
    const first = dataset.collate([0]).data;
    expect(first).toEqual(denseFrames(frameEvents(long, framing)));
    const columns = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const { data } = dataset.collate([0], () => new Random(seed));
      expect(data.reduce((sum, value) => sum + value)).toBeGreaterThanOrEqual(199);
      columns.add(data.findIndex((value) => value > 0) % 8);
    }
    expect(columns.size).toBe(7);
  });

  test("begin where the released code of ASA-SNN puts them", () => {
    const starts = (firstUs: number, lastUs: number, clips: number, lengthUs: number) => [
      ...clipStarts({ firstUs, lastUs }, { clips, lengthUs }),
    ];
    // Overlap floor((3 * 40 - 100) / 3) = 6: every 34, the last one moved back from 68 to 60.
    expect(starts(0, 100, 3, 40)).toEqual([0, 34, 60]);
    // Gap floor((100 - 3 * 20) / 3) = 13: every 33.
    expect(starts(7, 107, 3, 20)).toEqual([7, 40, 73]);
    expect(starts(7, 17, 2, 20)).toEqual([7, 7]);
    expect(starts(0, 100, 1, 40)).toEqual([0]);
  });

  test("recognise a recording when more than half of them are right", () => {
    expect([...clipVote([1, 1, 0, 0, 0, 1, 1, 1, 1], 3)]).toEqual([1, 0, 1]);
    expect([...clipVote([1, 0, 1, 1], 2)]).toEqual([0, 1]);
    expect(() => clipVote([1, 0, 1], 2)).toThrow("clipVote: expected a multiple of 2 clips, got 3.");
  });
});

test("says how far it is", async () => {
  const calls: number[][] = [];
  await make({ onProgress: (done, total) => calls.push([done, total]) });
  expect(calls).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
});

test.each([
  [{ framing: { splitBy: "number", steps: 0 } }, "framing.steps: expected an integer >= 1"],
  [{ clip: "middle" }, 'eventDataset.clip: expected "first" or "random", got "middle".'],
  [{ clips: 0 }, "eventDataset.clips: expected an integer >= 1 and <= 1000, got 0."],
  [
    { clips: 2 },
    'eventDataset.framing: expected splitBy "duration" with steps for clip "random" or more than one clip',
  ],
  [{ clip: "random" }, 'eventDataset.framing: expected splitBy "duration" with steps'],
])("refuses options %j", async (options, message) => {
  await expect(make(options as Partial<EventDatasetOptions>)).rejects.toThrow(message);
});

test("refuses no recordings, recordings of different sizes, and samples that are not there", async () => {
  await expect(make({}, [])).rejects.toThrow(
    "eventDataset: expected at least one recording, got 0 in synthetic.",
  );
  await expect(make({}, [recordings[0]!, randomEvents(5, { width: 9 })])).rejects.toThrow(
    "eventDataset: synthetic: expected the 8 x 6 pixels of the data set, got 9 x 6 in recording 1. State the sensor",
  );
  const dataset = await make();
  expect(() => dataset.collate([6])).toThrow("eventDataset.collate: expected indices from 0 to 5, got 6.");
  expect(() => dataset.collate([])).toThrow("eventDataset.collate: expected indices from 0 to 5, got none.");
  expect(() => dataset.select([0.5])).toThrow("eventDataset.select: expected indices from 0 to 5, got 0.5.");
  const fine = await make({ framing: { splitBy: "duration", durationUs: 0.01 } });
  expect(() => fine.collate([0, 1, 2])).toThrow(
    "eventDataset.collate: expected numbers within the memory budget of 1024 MiB, got ",
  );
});
