import { type Random, ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOneOf, checkOptions, refuse } from "@myelin/core/checks";
import type { Events } from "../events/index.ts";
import { eventsWhere } from "./select.ts";
import { eventTransform, type EventTransform, type SensorSize } from "./transform.ts";

/** Options of {@link downsample}: a factor, or a size. */
export type DownsampleOptions =
  { readonly factor: number } | { readonly width: number; readonly height: number };

/**
 * Makes the sensor coarser; no event is lost. With `factor` f a pixel goes to (floor(x / f), floor(y / f)) and the image
 * gets ceil(W / f) x ceil(H / f) pixels; with a size it goes to (floor(x width / W), floor(y height / H)).
 *
 * @throws MyelinError unless `factor` >= 1, or `width` and `height` are integers >= 1; and when applied to a smaller
 * sensor
 * @example downsample({ factor: 4 }) // DVS128: 128 x 128 to 32 x 32
 */
export function downsample(options: DownsampleOptions): EventTransform {
  checkOptions<Partial<Record<"factor" | "width" | "height", number>>>(
    "downsample",
    options,
    { factor: true, width: true, height: true },
    "{ factor: 4 }",
  );
  if ("factor" in options) {
    const { factor } = options;
    checkNumber("downsample.factor", factor, { min: 1 }, "4 makes 32 x 32 of 128 x 128 pixels.");
    const coarse = (size: number) => Math.ceil(size / factor);
    return resizing(
      ({ width, height }) => ({ width: coarse(width), height: coarse(height) }),
      (place) => Math.floor(place / factor),
      (place) => Math.floor(place / factor),
    );
  }
  const size = checkSize("downsample", options);
  return resizing(
    (sensor) => requireAtMost("downsample", size, sensor),
    (x, sensor) => Math.floor((x * size.width) / sensor.width),
    (y, sensor) => Math.floor((y * size.height) / sensor.height),
  );
}

function resizing(
  target: (sensor: SensorSize) => SensorSize,
  column: (x: number, sensor: SensorSize) => number,
  row: (y: number, sensor: SensorSize) => number,
): EventTransform {
  return eventTransform("downsample", (events) => {
    const { width, height } = target(events);
    return {
      ...events,
      width,
      height,
      x: events.x.map((x) => column(x, events)),
      y: events.y.map((y) => row(y, events)),
    };
  });
}

/** Options of {@link crop}. */
export interface CropOptions extends SensorSize {
  /** Where the window lies: in the middle (if left out), anywhere with equal chance, or with its corner at [x, y]. */
  readonly at?: "center" | "random" | readonly [x: number, y: number];
}

/**
 * Cuts a window out of the sensor; events outside are lost. A window at random that would hold none is put about an
 * event instead.
 *
 * @throws MyelinError unless width and height are integers >= 1; and when applied to a sensor that does not hold the
 * window
 */
export function crop(options: CropOptions): EventTransform {
  const known = { width: true, height: true, at: true } as const;
  const { at = "center", ...window } = checkOptions("crop", options, known, "{ width: 32, height: 32 }");
  checkPlace(at);
  const size = checkSize("crop", window);
  return eventTransform("crop", (events, random) => {
    requireAtMost("crop", size, events);
    const [left, top] = corner(at, size, events, random);
    const inside = cut(events, left, top, size);
    if (at !== "random" || inside.length > 0 || events.length === 0) return inside;
    const { x, y } = events;
    const i = random.integer(events.length);
    return cut(
      events,
      around(x[i]!, size.width, events.width),
      around(y[i]!, size.height, events.height),
      size,
    );
  });
}

/** Where a window of `size` places begins that has `place` in its middle, or near it at the edges of the sensor. */
function around(place: number, size: number, sensor: number): number {
  return Math.min(Math.max(0, place - (size >> 1)), sensor - size);
}

function cut(events: Events, left: number, top: number, { width, height }: SensorSize): Events {
  const { x, y } = events;
  const inside = eventsWhere(
    events,
    (i) => x[i]! >= left && x[i]! < left + width && y[i]! >= top && y[i]! < top + height,
  );
  const move = (places: Uint16Array, by: number) => places.map((place) => place - by);
  return { ...inside, width, height, x: move(inside.x, left), y: move(inside.y, top) };
}

function corner(
  at: NonNullable<CropOptions["at"]>,
  { width, height }: SensorSize,
  sensor: SensorSize,
  random: Random,
): readonly [number, number] {
  const roomX = sensor.width - width;
  const roomY = sensor.height - height;
  if (at === "center") return [roomX >> 1, roomY >> 1];
  if (at === "random") return [random.integer(roomX + 1), random.integer(roomY + 1)];
  const [left, top] = at;
  const hint = "The window must lie inside the sensor.";
  checkInteger("crop.at[0]", left, { min: 0, max: roomX }, hint);
  checkInteger("crop.at[1]", top, { min: 0, max: roomY }, hint);
  return [left, top];
}

function checkPlace(at: NonNullable<CropOptions["at"]>): void {
  if (typeof at === "string") checkOneOf("crop.at", at, ["center", "random"], "Or [x, y].");
  else if (!Array.isArray(at) || at.length !== 2) refuse("crop.at", '"center", "random" or [x, y]', at);
}

function checkSize(owner: string, { width, height }: SensorSize): SensorSize {
  const hint = "Sizes are in pixels.";
  checkInteger(`${owner}.width`, width, { min: 1 }, hint);
  checkInteger(`${owner}.height`, height, { min: 1 }, hint);
  return { width, height };
}

function requireAtMost(owner: string, size: SensorSize, sensor: SensorSize): SensorSize {
  if (size.width <= sensor.width && size.height <= sensor.height) return size;
  throw new ShapeError(
    `${owner}: expected a size of at most ${sensor.width} x ${sensor.height}, the recording's, got ` +
      `${size.width} x ${size.height}. Choose a smaller one.`,
  );
}
