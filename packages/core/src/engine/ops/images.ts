import { checkArray, checkInteger } from "../../checks.ts";
import type { ImageSize } from "../backend/index.ts";
import { record } from "../autograd.ts";
import { describeShape, sizeOf, type Tensor } from "../tensor.ts";
import { lastAxis, requireImage, requirePlain, shapeError } from "./arguments.ts";

/**
 * A plain tensor as images [B, C, H, W] or [T, B, C, H, W], with its gradient: one of four or five axes as it is, rows
 * [B, N] or [T, B, N] as images of `size`.
 *
 * @param size [C, H, W] of the images that rows become, with C H W = N; channel by channel, as `flatten` leaves them
 * @throws ShapeError for an image, or a shape that gives none
 */
export function toImages(x: Tensor, size?: readonly number[]): Tensor {
  requirePlain("toImages", x);
  const shape = size === undefined ? x.shape : [...x.shape.slice(0, -1), ...checkedSize(x, size)];
  if (shape.length !== 4 && shape.length !== 5) {
    shapeError(
      "toImages",
      size === undefined ? "[B, C, H, W] or [T, B, C, H, W]" : "rows [B, N] or [T, B, N]",
      x.shape,
      "Rows need a size [C, H, W].",
    );
  }
  const { engine } = x;
  const y = engine.empty(shape, "image");
  const image = imageSizeOf(y);
  engine.backend.layout.plainToImage(image, { plain: x.storage, image: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape);
    engine.backend.layout.imageToPlain(image, { image: (gy as Tensor).storage, plain: gx.storage });
    return [gx];
  });
  return y;
}

/**
 * Images as a plain tensor of the same shape, with its gradient; `flatten` makes rows of them.
 *
 * @throws ShapeError for a plain tensor
 */
export function fromImages(x: Tensor): Tensor {
  requireImage("fromImages", x);
  return plainOf(x, x.shape);
}

/** The values of images in logical order, under a shape of as many. */
export function plainOf(x: Tensor, shape: readonly number[]): Tensor {
  const { engine } = x;
  const image = imageSizeOf(x);
  const y = engine.empty(shape);
  engine.backend.layout.imageToPlain(image, { image: x.storage, plain: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, "image");
    engine.backend.layout.plainToImage(image, { plain: (gy as Tensor).storage, image: gx.storage });
    return [gx];
  });
  return y;
}

function imageSizeOf(x: Tensor): ImageSize {
  return x.imageSize() as ImageSize;
}

function checkedSize(x: Tensor, size: readonly number[]): readonly number[] {
  checkArray("toImages.size", size, "[channels, height, width]", (symbol, length) =>
    checkInteger(symbol, length, { min: 1 }),
  );
  if (size.length === 3 && sizeOf(size) === lastAxis(x)) return size;
  shapeError(
    "toImages",
    `rows of as many values as ${describeShape(size)} has`,
    x.shape,
    "size is [channels, height, width].",
  );
}
