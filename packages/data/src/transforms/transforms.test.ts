import { Random, MyelinError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compose, horizontalFlip, randomAffine, randomCrop, type Transform } from "./index.ts";

const size = { channels: 2, height: 6, width: 5 };
const image = Float32Array.from({ length: 60 }, (_, i) => (i + 1) / 60);

function apply(transform: Transform, input = image, seed = 1, imageSize = size): Float32Array {
  const output = new Float32Array(input.length).fill(Number.NaN);
  transform(input, output, imageSize, new Random(seed));
  return output;
}

function at(pixels: Float32Array, channel: number, y: number, x: number): number {
  const inside = y >= 0 && y < size.height && x >= 0 && x < size.width;
  return inside ? pixels[(channel * size.height + y) * size.width + x]! : 0;
}

/** Compares every pixel with what `source` says about the input. */
function expectPixels(output: Float32Array, source: (channel: number, y: number, x: number) => number): void {
  for (let channel = 0; channel < size.channels; channel++) {
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        expect(at(output, channel, y, x)).toBeCloseTo(source(channel, y, x), 5);
      }
    }
  }
}

test("horizontalFlip mirrors each row, always for p = 1 and never for p = 0", () => {
  expectPixels(apply(horizontalFlip({ p: 1 })), (c, y, x) => at(image, c, y, size.width - 1 - x));
  expect(apply(horizontalFlip({ p: 0 }))).toEqual(image);
});

test("horizontalFlip mirrors about every other image", () => {
  const flip = horizontalFlip();
  const flips = Array.from({ length: 1000 }, (_, seed) => apply(flip, image, seed)[0] !== image[0]);
  expect(flips.filter(Boolean).length).toBeGreaterThan(430);
  expect(flips.filter(Boolean).length).toBeLessThan(570);
});

test("randomCrop shifts by every amount up to its padding, and fills with 0", () => {
  const padding = 2;
  const crop = randomCrop({ padding });
  const shifts = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const output = apply(crop, image, seed);
    const random = new Random(seed);
    const down = random.integer(2 * padding + 1) - padding;
    const right = random.integer(2 * padding + 1) - padding;
    shifts.add(`${down},${right}`);
    expectPixels(output, (c, y, x) => at(image, c, y + down, x + right));
  }
  expect(shifts.size).toBe(25);
});

test("randomCrop with a padding larger than the image gives zeros at times, never numbers from elsewhere", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(), (padding, seed) => {
      const output = apply(randomCrop({ padding }), image, seed);
      const known = new Set([0, ...image]);
      expect(output.every((value) => known.has(value))).toBe(true);
    }),
  );
});

test.each(["bilinear", "nearest"] as const)(
  "randomAffine without ranges changes nothing (%s)",
  (interpolation) => {
    expectPixels(apply(randomAffine({ interpolation })), (c, y, x) => at(image, c, y, x));
  },
);

/** A stream that yields given numbers of 0 .. 1: angle, shift x, shift y, scale, shear. */
function drawing(...numbers: number[]): Random {
  const random = new Random(0);
  random.uniform = () => numbers.shift()!;
  return random;
}

test("randomAffine turns clockwise by a quarter turn about the centre", () => {
  const square = { channels: 1, height: 4, width: 4 };
  const input = Float32Array.from({ length: 16 }, (_, i) => i + 1);
  const output = new Float32Array(16);
  randomAffine({ degrees: 90, interpolation: "nearest" })(
    input,
    output,
    square,
    drawing(1, 0.5, 0.5, 0.5, 0.5),
  );
  expect([...output]).toEqual([13, 9, 5, 1, 14, 10, 6, 2, 15, 11, 7, 3, 16, 12, 8, 4]);
});

test("randomAffine moves, enlarges and shears as its equations say", () => {
  const linear = { channels: 1, height: 9, width: 9 };
  const ramp = (x: number, y: number) => 3 * x + 7 * y;
  const input = Float32Array.from({ length: 81 }, (_, i) => ramp(i % 9, Math.floor(i / 9)));
  const output = new Float32Array(81);
  const transform = randomAffine({ degrees: 30, translate: [0.1, 0.2], scale: [0.5, 1.5], shear: 20 });
  transform(input, output, linear, drawing(0.75, 0.9, 0.3, 0.8, 0.6));
  const angle = (15 * Math.PI) / 180;
  const [scale, shear] = [1.3, Math.tan((4 * Math.PI) / 180)];
  const [shiftX, shiftY] = [0.8 * 0.9, -0.4 * 1.8];
  let inside = 0;
  for (let y = 0; y < 9; y++) {
    for (let x = 0; x < 9; x++) {
      // Forward, as documented: where does input pixel (x, y) go? Bilinear values of a ramp are exact there.
      const [qx, qy] = [x - 4 + shear * (y - 4), y - 4];
      const toX = scale * (Math.cos(angle) * qx - Math.sin(angle) * qy) + 4 + shiftX;
      const toY = scale * (Math.sin(angle) * qx + Math.cos(angle) * qy) + 4 + shiftY;
      const [column, row] = [Math.floor(toX), Math.floor(toY)];
      if (column < 0 || row < 0 || column > 7 || row > 7) continue;
      const [right, down] = [toX - column, toY - row];
      const corners = [0, 1, 9, 10].map((step) => output[row * 9 + column + step]!);
      if (corners.some((value) => value === 0)) continue; // beyond the input's border
      const top = corners[0]! + right * (corners[1]! - corners[0]!);
      const bottom = corners[2]! + right * (corners[3]! - corners[2]!);
      const border = x === 0 || y === 0 || x === 8 || y === 8;
      if (!border) expect(top + down * (bottom - top)).toBeCloseTo(ramp(x, y), 3);
      if (!border) inside++;
    }
  }
  expect(inside).toBeGreaterThan(15);
});

test("randomAffine keeps values between 0 and the largest, whatever its ranges", () => {
  const ranges = fc.record({
    degrees: fc.double({ min: 0, max: 360, noNaN: true }),
    translate: fc.double({ min: 0, max: 1, noNaN: true }),
    scale: fc.double({ min: 0.01, max: 20, noNaN: true }).map((largest) => [0.01, largest] as const),
    shear: fc.double({ min: 0, max: 89, noNaN: true }),
    interpolation: fc.constantFrom("bilinear", "nearest"),
  });
  fc.assert(
    fc.property(ranges, fc.nat(), (options, seed) => {
      const output = apply(randomAffine(options), image, seed);
      expect(output.every((value) => value >= 0 && value <= 1.000001)).toBe(true);
    }),
  );
});

test("compose applies one transform after the other", () => {
  const double: Transform = (input, output) => output.set(input.map((value) => 2 * value));
  const addOne: Transform = (input, output) => output.set(input.map((value) => value + 1));
  expect(apply(compose())).toEqual(image);
  expect(apply(compose(double))).toEqual(image.map((value) => 2 * value));
  expect(apply(compose(addOne, double, addOne, addOne))).toEqual(
    image.map((value) => Math.fround(Math.fround(Math.fround(2 * Math.fround(value + 1)) + 1) + 1)),
  );
});

test("transforms leave their input alone", () => {
  const kept = Float32Array.from(image);
  apply(compose(randomCrop({ padding: 2 }), horizontalFlip({ p: 1 }), randomAffine({ degrees: 45 })));
  expect(image).toEqual(kept);
});

test.each([
  [() => horizontalFlip({ p: 1.1 }), /^horizontalFlip.p: expected a finite number >= 0 and <= 1, got 1.1/],
  [() => randomCrop({ padding: -1 }), /^randomCrop.padding: expected an integer .*, got -1/],
  [() => randomCrop({ padding: 0.5 }), /got 0.5/],
  [() => randomAffine({ degrees: -5 }), /^randomAffine: expected degrees 0 to 360, got -5/],
  [() => randomAffine({ degrees: Number.NaN }), /got NaN/],
  [() => randomAffine({ translate: [0, 2] }), /expected translate 0 to 1, got \[0, 2\]/],
  [() => randomAffine({ scale: [0, 1] }), /expected scale .*, got \[0, 1\]/],
  [() => randomAffine({ scale: [1, Infinity] }), /got Infinity/],
  [() => randomAffine({ shear: 90 }), /expected shear 0 to less than 90 degrees, got 90/],
])("refuses impossible options: %s", (make, message) => {
  expect(make).toThrow(MyelinError);
  expect(make).toThrow(message);
});
