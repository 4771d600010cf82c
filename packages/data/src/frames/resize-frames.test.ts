import { expect, test } from "vitest";
import { eventsOf, randomEvents, recordingsOf } from "../../test/synthetic-events.ts";
import { eventTransforms } from "../event-transforms/index.ts";
import { eventDataset } from "./event-dataset.ts";
import { frameEvents, type Framing } from "./framing.ts";
import { denseFrames } from "./sparse-frames.ts";

const binary: Framing = { splitBy: "number", steps: 1, values: "binary" };

test("halves an axis with the weights 1 3 3 1", () => {
  const events = eventsOf(
    [
      [0, 0, 0, 0],
      [1, 3, 0, 0],
      [2, 3, 0, 0],
    ],
    { width: 4, height: 1 },
  );
  const [left, right] = denseFrames(frameEvents(events, { ...binary, resize: [2, 1] }));
  // Weights of the old pixels: 3/7 3/7 1/7 0 at the edge, where one falls outside.
  expect(left).toBeCloseTo(3 / 7, 6);
  expect(right).toBeCloseTo(3 / 7, 6);
});

test("enlarges between pixels, and keeps a frame of its own size", () => {
  const events = eventsOf([[0, 1, 0, 0]], { width: 2, height: 1 });
  const dense = denseFrames(frameEvents(events, { ...binary, resize: [4, 1] }));
  expect([...dense.subarray(0, 4)]).toEqual([0, 0.25, 0.75, 1]);
  const same = randomEvents(100);
  expect(frameEvents(same, { ...binary, resize: [8, 6] })).toEqual(frameEvents(same, binary));
});

test("keeps the mean of frames, unlike counts divided by their largest", () => {
  const events = randomEvents(400, { width: 48, height: 48 });
  const mean = (framing: Framing) => {
    const dense = denseFrames(frameEvents(events, framing));
    return dense.reduce((sum, value) => sum + value, 0) / dense.length;
  };
  expect(mean({ ...binary, resize: [18, 18] })).toBeCloseTo(mean(binary), 2);
});

test("a data set has frames of that size, and moves their pixels", async () => {
  const recordings = recordingsOf([randomEvents(50), randomEvents(60)]);
  const framing: Framing = { ...binary, resize: [4, 3] };
  const dataset = await eventDataset(recordings, { framing, augment: [eventTransforms.roll({ max: 2 })] });
  expect(dataset.stepShape).toEqual([2, 3, 4]);
  expect(dataset.collate([0, 1]).data).toHaveLength(2 * 2 * 3 * 4);
  await expect(eventDataset(recordings, { framing, augment: [eventTransforms.eventDrop()] })).rejects.toThrow(
    /expected no resize with clip "random" or augmentation that does more than move pixels/,
  );
  await expect(eventDataset(recordings, { framing: { ...framing, resize: [0, 3] } })).rejects.toThrow(
    /framing.resize\[0\]: expected an integer >= 1/,
  );
});
