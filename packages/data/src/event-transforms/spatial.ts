import { checkInteger, checkNumber, checkOneOf, checkOptions } from "@myelin/core/checks";
import type { Random } from "@myelin/core";
import type { Events } from "../events/index.ts";
import { eventsWhere } from "./select.ts";
import { eventTransform, type EventTransform, type PixelMap, type SensorSize } from "./transform.ts";

/** To which column and row pixel (x, y) goes; it is lost where that is outside the image. */
interface Move {
  column(x: number, y: number): number;
  row(x: number, y: number): number;
}

/**
 * Mirrors the recording with probability `p`: left to right (`axis: "x"`), or top to bottom (`axis: "y"`).
 *
 * @throws MyelinError unless 0 <= p <= 1
 */
export function flip(options: { readonly axis?: "x" | "y"; readonly p?: number } = {}): EventTransform {
  const { axis = "x", p = 0.5 } = checkOptions("flip", options, { axis: true, p: true });
  checkOneOf("flip.axis", axis, ["x", "y"]);
  checkNumber("flip.p", p, { min: 0, max: 1 }, "0.5 flips every other recording.");
  return pixelTransform("flip", ({ width, height }, random) => {
    const flips = random.uniform() < p;
    return {
      column: flips && axis === "x" ? (x) => width - 1 - x : (x) => x,
      row: flips && axis === "y" ? (_, y) => height - 1 - y : (_, y) => y,
    };
  });
}

/**
 * Shifts the recording by a whole number of pixels, uniform in -max .. max along x and along y; what leaves on one side
 * comes back on the other.
 *
 * @throws MyelinError unless `max` is an integer >= 0
 * @source Deng et al. 2022, "Temporal Efficient Training of Spiking Neural Network via Gradient Re-weighting": +-5
 */
export function roll(options: { readonly max?: number } = {}): EventTransform {
  const { max = 5 } = checkOptions("roll", options, { max: true });
  checkInteger("roll.max", max, { min: 0 }, "5 is usual for 48 x 48 pixels.");
  return pixelTransform("roll", ({ width, height }, random) => {
    const [right, down] = drawShift(max, random);
    return { column: (x) => wrap(x + right, width), row: (_, y) => wrap(y + down, height) };
  });
}

/**
 * Shifts the recording by a whole number of pixels, uniform in -max .. max along x and along y; events that leave the
 * image are lost. The counterpart of a random crop with padding.
 *
 * @throws MyelinError unless `max` is an integer >= 0
 */
export function shift(options: { readonly max?: number } = {}): EventTransform {
  const { max = 2 } = checkOptions("shift", options, { max: true });
  checkInteger("shift.max", max, { min: 0 }, "2 is usual for 34 x 34 pixels.");
  return pixelTransform("shift", (_, random) => {
    const [right, down] = drawShift(max, random);
    return { column: (x) => x + right, row: (_, y) => y + down };
  });
}

/**
 * Rotates the recording about the image's centre by an angle uniform in -degrees .. degrees. Each pixel goes to the
 * nearest pixel of its place; events that leave the image are lost. y points downwards, so positive angles turn
 * clockwise.
 *
 * @throws MyelinError unless 0 <= degrees <= 180
 */
export function rotate(options: { readonly degrees: number }): EventTransform {
  const { degrees } = checkOptions("rotate", options, { degrees: true }, "{ degrees: 10 }");
  checkNumber("rotate.degrees", degrees, { min: 0, max: 180 }, "Give the largest angle; 10 is usual.");
  return pixelTransform("rotate", ({ width, height }, random) => {
    const angle = ((2 * random.uniform() - 1) * degrees * Math.PI) / 180;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const centreX = (width - 1) / 2;
    const centreY = (height - 1) / 2;
    return {
      column: (x, y) => Math.round(centreX + cos * (x - centreX) - sin * (y - centreY)),
      row: (x, y) => Math.round(centreY + sin * (x - centreX) + cos * (y - centreY)),
    };
  });
}

function pixelTransform(name: string, draw: (size: SensorSize, random: Random) => Move): EventTransform {
  const drawPixelMap = (size: SensorSize, random: Random) => tabulate(size, draw(size, random));
  return eventTransform(
    name,
    (events, random) => movePixels(events, drawPixelMap(events, random)),
    drawPixelMap,
  );
}

function tabulate({ width, height }: SensorSize, move: Move): PixelMap {
  const map = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const toX = move.column(x, y);
      const toY = move.row(x, y);
      const inside = toX >= 0 && toX < width && toY >= 0 && toY < height;
      map[y * width + x] = inside ? toY * width + toX : -1;
    }
  }
  return map;
}

function movePixels(events: Events, map: PixelMap): Events {
  const { width } = events;
  const target = (i: number) => map[events.y[i]! * width + events.x[i]!]!;
  const moved = eventsWhere(events, (i) => target(i) >= 0);
  for (let i = 0; i < moved.length; i++) {
    const pixel = map[moved.y[i]! * width + moved.x[i]!]!;
    moved.x[i] = pixel % width;
    moved.y[i] = (pixel - moved.x[i]!) / width;
  }
  return moved;
}

function drawShift(max: number, random: Random): [number, number] {
  return [random.integer(2 * max + 1) - max, random.integer(2 * max + 1) - max];
}

function wrap(place: number, size: number): number {
  return ((place % size) + size) % size;
}
