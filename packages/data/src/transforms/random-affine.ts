import { type Random, ShapeError } from "@myelin/core";
import { checkNumber, checkOneOf, checkOptions, refuse } from "@myelin/core/checks";
import type { ImageShape } from "../images/index.ts";
import { bilinearWarp, nearestWarp, type AffineMap } from "./warp.ts";
import type { Transform } from "./transform.ts";

/** Options of {@link randomAffine}; what is left out does not change the image. */
export interface RandomAffineOptions {
  /** Rotation, uniform in -degrees .. degrees. */
  readonly degrees?: number;
  /** Shift along x and y, uniform in -translate .. translate, as a part of width and height. */
  readonly translate?: number | readonly [x: number, y: number];
  /** Enlargement, uniform in this range. */
  readonly scale?: readonly [smallest: number, largest: number];
  /** Shear along x, uniform in -shear .. shear degrees. */
  readonly shear?: number;
  /** How values between pixels are found; `bilinear` if left out. */
  readonly interpolation?: "bilinear" | "nearest";
}

interface Ranges {
  readonly angle: number;
  readonly translateX: number;
  readonly translateY: number;
  readonly scale: readonly [number, number];
  readonly shear: number;
}

/**
 * Rotates, shears, enlarges and shifts the image about its centre, by amounts drawn for each sample. Outside the image
 * is 0. With `c` the centre, `t` the shift, `a` the angle, `h` the shear angle and `s` the scale, pixel `p` moves to
 *
 *   1. q = p - c
 *   2. q = s * [cos a, -sin a; sin a, cos a] * [1, tan h; 0, 1] * q
 *   3. p' = q + c + t
 *
 * y points downwards, so positive angles turn clockwise. Five uniform numbers are drawn whatever the
 * options are.
 *
 * @throws ShapeError for ranges that are negative, not finite or, for `scale`, not above 0
 * @example randomAffine({ degrees: 10, translate: 0.1, scale: [0.9, 1.1] })
 */
export function randomAffine(options: RandomAffineOptions): Transform {
  checkOptions("randomAffine", options, {
    degrees: true,
    translate: true,
    scale: true,
    shear: true,
    interpolation: true,
  });
  checkOneOf("randomAffine.interpolation", options.interpolation ?? "bilinear", ["bilinear", "nearest"]);
  const ranges = checkRanges(options);
  const warp = options.interpolation === "nearest" ? nearestWarp() : bilinearWarp();
  return (input, output, size, random) => warp(input, output, size, drawInverse(ranges, size, random));
}

/** Draws a motion and returns its inverse: where each output pixel comes from. */
function drawInverse(ranges: Ranges, { height, width }: ImageShape, random: Random): AffineMap {
  const angle = symmetric(random, ranges.angle);
  const shiftX = symmetric(random, ranges.translateX * width);
  const shiftY = symmetric(random, ranges.translateY * height);
  const [smallest, largest] = ranges.scale;
  const scale = smallest + (largest - smallest) * random.uniform();
  const shear = Math.tan(symmetric(random, ranges.shear));
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  const xx = cos + shear * sin;
  const xy = sin - shear * cos;
  const yx = -sin;
  const yy = cos;
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const fromX = centreX + shiftX;
  const fromY = centreY + shiftY;
  return {
    xx,
    xy,
    yx,
    yy,
    x0: centreX - xx * fromX - xy * fromY,
    y0: centreY - yx * fromX - yy * fromY,
  };
}

function symmetric(random: Random, range: number): number {
  return (2 * random.uniform() - 1) * range;
}

function checkRanges({ degrees = 0, translate = 0, scale = [1, 1], shear = 0 }: RandomAffineOptions): Ranges {
  const [translateX, translateY] =
    typeof translate === "number" ? [translate, translate] : pair("translate", translate);
  checkNumber("randomAffine.degrees", degrees, {});
  checkNumber("randomAffine.shear", shear, {});
  check("degrees", degrees, degrees >= 0 && degrees <= 360, "0 to 360");
  check("translate", `[${translateX}, ${translateY}]`, inPart(translateX) && inPart(translateY), "0 to 1");
  const [smallest, largest] = pair("scale", scale);
  const positive = smallest > 0 && smallest <= largest && Number.isFinite(largest);
  check("scale", `[${smallest}, ${largest}]`, positive, "[smallest, largest] with 0 < smallest <= largest");
  check("shear", shear, shear >= 0 && shear < 90, "0 to less than 90 degrees");
  return { angle: radians(degrees), translateX, translateY, scale, shear: radians(shear) };
}

/** A pair of numbers. */
function pair(option: string, values: readonly [number, number]): readonly [number, number] {
  if (!Array.isArray(values) || values.length !== 2) refuse(`randomAffine.${option}`, "two numbers", values);
  for (const [i, value] of values.entries()) checkNumber(`randomAffine.${option}[${i}]`, value, {});
  return values;
}

function check(option: string, value: number | string, valid: boolean, expected: string): void {
  if (valid) return;
  throw new ShapeError(
    `randomAffine: expected ${option} ${expected}, got ${value}. Every range is symmetric: give its upper end.`,
  );
}

function inPart(value: number): boolean {
  return value >= 0 && value <= 1;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
