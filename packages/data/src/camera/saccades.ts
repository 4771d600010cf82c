import { checkNumber } from "@myelin/core/checks";
/** A saccade of N-MNIST begins every 105 ms. */
export const SACCADE_US = 105_000;

/** The eye moves for this long, after a rest of half the difference to {@link SACCADE_US} and before another. */
const MOVE_US = 90_000;

/** Where the image stands between the saccades, as parts of the amplitude: a triangle, there and back. */
const CORNERS = [
  [-1, -1],
  [0, 1],
  [1, -1],
  [-1, -1],
] as const;

/** Number of saccades. */
export const SACCADES = CORNERS.length - 1;

/**
 * Where the image stands at `timeUs` while the camera makes the three saccades of N-MNIST: along the sides of an
 * isosceles triangle, down right, up right, and back left, with speed rising and falling as a sine does.
 *
 * @param amplitude half the width and half the height of the triangle, pixels; measured on N-MNIST's recordings: 2.5
 * @returns shift [x, y] in pixels
 * @source Orchard, Jayawant, Cohen & Thakor 2015, "Converting Static Image Datasets to Spiking Neuromorphic Datasets
 * Using Saccades"; size, times and speed as measured on N-MNIST
 */
export function saccadePosition(timeUs: number, amplitude: number): [x: number, y: number] {
  checkNumber("saccadePosition.timeUs", timeUs, {}, "It is in microseconds.");
  checkNumber("saccadePosition.amplitude", amplitude, {}, "It is in pixels.");
  const saccade = Math.min(Math.max(Math.floor(timeUs / SACCADE_US), 0), SACCADES - 1);
  const since = timeUs - saccade * SACCADE_US - (SACCADE_US - MOVE_US) / 2;
  const done = Math.min(Math.max(since / MOVE_US, 0), 1);
  const part = (1 - Math.cos(Math.PI * done)) / 2;
  const [fromX, fromY] = CORNERS[saccade]!;
  const [toX, toY] = CORNERS[saccade + 1]!;
  return [amplitude * (fromX + part * (toX - fromX)), amplitude * (fromY + part * (toY - fromY))];
}
