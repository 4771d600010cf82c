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

test("gives the numbers of the Python Imaging Library, also where the axes are resized in opposite directions", () => {
  // Pillow 13.0, Image.fromarray(frame, mode="F").resize(size, Image.BILINEAR)
  const large = { width: 128, height: 128 };
  const few = eventsOf(
    [
      [0, 10, 0, 0],
      [1, 127, 1, 0],
      [2, 127, 127, 0],
    ],
    large,
  );
  const small = denseFrames(frameEvents(few, { ...binary, resize: [48, 48] }));
  const seen = [...small].flatMap((value, i) => (value === 0 ? [] : [[Math.floor(i / 48), i % 48, value]]));
  const expected = [
    [0, 3, 0.060587514],
    [0, 4, 0.048245616],
    [0, 47, 0.114265926],
    [1, 47, 0.00689223],
    [47, 47, 0.08379501],
  ];
  expect(seen).toHaveLength(expected.length);
  seen.forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo(expected[i]![k]!, 6)));
  const two = eventsOf(
    [
      [0, 1, 0, 0],
      [1, 4, 2, 0],
    ],
    { width: 5, height: 3 },
  );
  const [first, second] = denseFrames(frameEvents(two, { ...binary, resize: [3, 7] }));
  expect(first).toBeCloseTo(0.428571, 5);
  expect(second).toBeCloseTo(0.222222, 5);
});

test("as TET: repeated events count once, each frame is resized on its own", () => {
  const events = randomEvents(6000, { width: 128, height: 128 });
  const dense = denseFrames(
    frameEvents(events, { splitBy: "number", steps: 3, values: "binary", resize: [48, 48] }),
  );
  // One row of weights for each new pixel, and the product rows x frame x columns.
  const weights = Array.from({ length: 48 }, (_, j) => {
    const row = Array.from({ length: 128 }, (_, i) =>
      Math.max(0, 1 - Math.abs((i + 0.5) / (128 / 48) - j - 0.5)),
    );
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight) => weight / sum);
  });
  for (const [step, polarity, v, u] of [
    [0, 0, 0, 0],
    [0, 1, 17, 46],
    [1, 1, 47, 3],
    [2, 0, 24, 24],
    [2, 1, 47, 47],
  ] as const) {
    const pixels = new Set<number>();
    for (let k = 2000 * step; k < 2000 * (step + 1); k++) {
      if (events.p[k] === polarity) pixels.add(128 * events.y[k]! + events.x[k]!);
    }
    const value = [...pixels].reduce(
      (sum, pixel) => sum + weights[v]![Math.floor(pixel / 128)]! * weights[u]![pixel % 128]!,
      0,
    );
    expect(dense[((2 * step + polarity) * 48 + v) * 48 + u]).toBeCloseTo(value, 6);
  }
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
