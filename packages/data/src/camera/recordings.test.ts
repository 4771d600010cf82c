import { describe, expect, test } from "vitest";
import { rowsOf } from "../../test/synthetic-events.ts";
import { syntheticDataset } from "../../test/synthetic.ts";
import { imageDataset } from "../images/index.ts";
import { IDEAL_CAMERA, motionRecordings, saccadePosition, saccadeRecordings } from "./index.ts";
import { paint, pictureOf } from "./picture.ts";

/** 28 x 28 pictures with a bright square of 8 pixels in the middle, and black ones. */
const squares = imageDataset({
  name: "squares",
  channels: 1,
  height: 28,
  width: 28,
  classNames: ["square", "nothing"],
  labels: Uint8Array.of(0, 1, 0),
  images: Uint8Array.from({ length: 3 * 784 }, (_, i) => {
    const x = i % 28;
    const y = Math.floor((i % 784) / 28);
    return Math.floor(i / 784) !== 1 && x >= 10 && x < 18 && y >= 10 && y < 18 ? 255 : 0;
  }),
});

describe("pictures", () => {
  test("of colour are luma, of other channels their mean", () => {
    const colour = syntheticDataset(2, { channels: 3, height: 1, width: 2 });
    const [red, , green, , blue] = colour.images.subarray(6);
    const { pixels } = pictureOf(colour, 1);
    expect(pixels[0]).toBeCloseTo((0.299 * red! + 0.587 * green! + 0.114 * blue!) / 255, 6);
    const two = syntheticDataset(1, { channels: 2, height: 1, width: 1 });
    expect(pictureOf(two, 0).pixels[0]).toBeCloseTo((two.images[0]! + two.images[1]!) / 2 / 255, 6);
  });

  test("are painted where they belong, between pixels and over the edge", () => {
    const dot = { width: 1, height: 1, pixels: Float32Array.of(1) };
    const painted = (x: number, y: number, angle = 0, picture = dot) => {
      const canvas = new Float32Array(9);
      paint(canvas, { width: 3, height: 3 }, picture, { x, y, angle });
      return [...canvas];
    };
    expect(painted(0, 0)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(painted(0.25, 1)).toEqual([0, 0, 0, 0, 0, 0, 0, 0.75, 0.25]);
    expect(painted(-1.5, 0)).toEqual([0, 0, 0, 0.5, 0, 0, 0, 0, 0]);
    expect(painted(9, 0)).toEqual(new Array(9).fill(0));
    const bar = { width: 3, height: 1, pixels: Float32Array.of(0.25, 0.5, 1) };
    const turned = painted(0, 0, Math.PI / 2, bar); // clockwise: right becomes down
    expect([1, 4, 7].map((i) => turned[i]!.toFixed(6))).toEqual(["0.250000", "0.500000", "1.000000"]);
  });
});

test("saccades go along the sides of a triangle and back", () => {
  const corners = [0, 105_000, 210_000, 315_000].map((t) => saccadePosition(t, 2));
  expect(corners).toEqual([
    [-2, -2],
    [0, 2],
    [2, -2],
    [-2, -2],
  ]);
  const middle = saccadePosition(52_500, 2);
  expect(middle[0]).toBeCloseTo(-1, 12);
  expect(middle[1]).toBeCloseTo(0, 12);
});

describe("saccade recordings", () => {
  test("see edges: ON before the square as it moves, OFF behind it", async () => {
    const recordings = saccadeRecordings(squares, { camera: IDEAL_CAMERA, seed: 1 });
    expect(recordings).toMatchObject({ name: "squares-events", count: 3, width: 34, height: 34 });
    expect([...recordings.labels]).toEqual([0, 1, 0]);
    const rows = rowsOf(await recordings.read(0));
    const down = rows.filter(([t]) => t! < 105_000); // moves down and right
    const meanRow = (p: number) => {
      const chosen = down.filter((row) => row[3] === p);
      return chosen.reduce((sum, [, , y]) => sum + y!, 0) / chosen.length;
    };
    expect(meanRow(1)).toBeGreaterThan(meanRow(0) + 2);
    expect(rows.every(([t]) => t! >= 0 && t! <= 315_000)).toBe(true);
    expect((await recordings.read(1)).length).toBe(0);
  });

  test("turn round what comes before and behind when shown dark on light", async () => {
    const polarities = async (invert: boolean) => {
      const recordings = saccadeRecordings(squares, { camera: IDEAL_CAMERA, invert });
      const rows = rowsOf(await recordings.read(0)).filter(([t]) => t! < 40_000);
      const before = rows.filter(([, x, y]) => x! >= 14 && x! <= 16 && y! > 16);
      expect(before.length).toBeGreaterThan(10);
      return new Set(before.map(([, , , p]) => p));
    };
    expect(await polarities(false)).toEqual(new Set([1]));
    expect(await polarities(true)).toEqual(new Set([0]));
  });

  test("depend on image, place and seed", async () => {
    const read = async (index: number, seed: number) =>
      rowsOf(await saccadeRecordings(squares, { seed }).read(index));
    const first = await read(0, 1);
    expect(await read(0, 1)).toEqual(first);
    expect(await read(2, 1)).not.toEqual(first);
    expect(await read(0, 2)).not.toEqual(first);
  });

  test("refuse options and places that cannot be", async () => {
    expect(() => saccadeRecordings(squares, { amplitude: 0 })).toThrow(
      "saccadeRecordings.amplitude: expected a finite number > 0 and <= 100, got 0.",
    );
    expect(() => saccadeRecordings(squares, { margin: -1 })).toThrow(
      "saccadeRecordings.margin: expected an integer",
    );
    expect(() => saccadeRecordings(squares, { camera: { mismatch: 2 } })).toThrow("EventCamera.mismatch");
    await expect(saccadeRecordings(squares).read(3)).rejects.toThrow(
      "squares-events.read: expected a recording from 0 to 2, got 3.",
    );
  });
});

describe("motion recordings", () => {
  test("depend on images, place and seed, and every one moves its own way", async () => {
    const read = async (index: number, seed: number) =>
      rowsOf(await motionRecordings(squares, { seed }).read(index));
    const first = await read(0, 1);
    expect(await read(0, 1)).toEqual(first);
    expect(await read(2, 1)).not.toEqual(first);
    expect(await read(0, 2)).not.toEqual(first);
  });

  test("have noise before black, and more where something moves", async () => {
    const recordings = motionRecordings(squares, { name: "moving", seed: 3 });
    expect(recordings).toMatchObject({ name: "moving", count: 3, width: 34, height: 34 });
    const moving = await recordings.read(0);
    const black = await recordings.read(1);
    expect(black.length).toBeGreaterThan(500);
    expect(moving.length).toBeGreaterThan(black.length + 200);
    expect(Math.max(...moving.t)).toBeLessThanOrEqual(200_000);
  });
});
