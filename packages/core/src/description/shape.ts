import { ShapeError } from "../errors.ts";

/** What a layer passes on for one sample and one time step. */
export type Shape =
  | { readonly kind: "image"; readonly channels: number; readonly height: number; readonly width: number }
  | { readonly kind: "flat"; readonly features: number };

/** A shape of images. */
export type Image = Extract<Shape, { kind: "image" }>;

/** The largest number of weights a layer may have: more does not fit the engine's memory. */
const MAX_WEIGHTS = 2 ** 28;

/** @throws ShapeError unless there are one or three axes */
export function shapeOf(sample: readonly number[]): Shape {
  const [first = 0, height = 0, width = 0] = sample;
  if (sample.length === 1) return { kind: "flat", features: first };
  if (sample.length === 3) return { kind: "image", channels: first, height, width };
  throw new ShapeError(
    `network: expected samples [features] or [channels, height, width], got [${sample.join(", ")}]. Reshape the data.`,
  );
}

/** The other way round: [features] or [channels, height, width]. */
export function sizesOf(shape: Shape): number[] {
  return shape.kind === "flat" ? [shape.features] : [shape.channels, shape.height, shape.width];
}

/** All values of a shape in a row. */
export function flat(shape: Shape): Shape {
  const features = shape.kind === "flat" ? shape.features : shape.channels * shape.height * shape.width;
  return { kind: "flat", features };
}

/** "16 x 14 x 14 (channels, height, width)" or "784 features". */
export function describeShape(shape: Shape): string {
  if (shape.kind === "flat") return `${shape.features} features`;
  return `an image of ${shape.channels} x ${shape.height} x ${shape.width}`;
}

/** @throws ShapeError unless the layer `where` gets an image */
export function requireImage(where: string, shape: Shape): Image {
  if (shape.kind === "image") return shape;
  throw new ShapeError(
    `${where}: expected an image, got ${describeShape(shape)}. Put it before flatten and global pooling.`,
  );
}

/** @throws ShapeError unless the layer `where` gets a flat input */
export function requireFlat(where: string, shape: Shape): number {
  if (shape.kind === "flat") return shape.features;
  throw new ShapeError(
    `${where}: expected a flat input, got ${describeShape(shape)}. Put a flatten layer before it.`,
  );
}

/** @throws ShapeError if a layer would have more weights than can be held */
export function checkWeights(where: string, count: number): void {
  if (count <= MAX_WEIGHTS) return;
  throw new ShapeError(
    `${where}: expected at most ${MAX_WEIGHTS} weights in a layer, got ${count}. Use smaller widths or more pooling.`,
  );
}

/** A window that slides over an image. */
export interface Window {
  /** Height and width, or both. */
  readonly kernelSize: number | readonly [number, number];
  readonly stride: number;
  readonly padding: number;
}

/** The size after a sliding window. */
export function slide(
  where: string,
  { height, width }: Image,
  { kernelSize, stride, padding }: Window,
): { height: number; width: number } {
  const [rows, columns] = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
  const out = (size: number, window: number): number =>
    Math.floor((size + 2 * padding - window) / stride) + 1;
  const next = { height: out(height, rows), width: out(width, columns) };
  if (next.height >= 1 && next.width >= 1) return next;
  throw new ShapeError(
    `${where}: expected an image of at least ${rows} x ${columns} after padding by ${padding}, ` +
      `got ${height} x ${width}. Use a smaller kernel or less pooling before it.`,
  );
}
