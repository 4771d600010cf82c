/** Tensors between nodes: a sequence [T, B, ...] of samples, those of three axes as images. */
import type { Tensor } from "@myelin/core";
import { inScope, customGradient, flatten, reshape, sizeOf } from "@myelin/core/ops";

/** The shape of one sample of a sequence. */
export function sampleShape(x: Tensor): readonly number[] {
  return x.shape.slice(2);
}

/** The same samples under another shape of as many values. */
export function asShape(x: Tensor, shape: readonly number[], owner: string): Tensor {
  const wanted = [...x.shape.slice(0, 2), ...shape];
  const isSame = wanted.length === x.shape.length && wanted.every((axis, i) => axis === x.shape[i]);
  if (isSame && (x.format === "image") === (shape.length === 3)) return x;
  const flat = x.format === "image" ? inScope(owner, () => flatten(x)) : x;
  return shape.length === 3 ? toImage(flat, wanted) : inScope(owner, () => reshape(flat, wanted));
}

/** Rows as images [T, B, C, H, W]; the gradient comes back by itself in the order of its input. */
function toImage(x: Tensor, shape: readonly number[]): Tensor {
  const { engine } = x;
  const forward = (plain: Tensor): Tensor => {
    const image = engine.empty(shape, "image");
    const [channels = 1, height = 1, width = 1] = shape.slice(-3);
    const size = { planes: sizeOf(shape.slice(0, -3)), channels, positions: height * width };
    engine.backend.layout.plainToImage(size, { plain: plain.storage, image: image.storage });
    return image;
  };
  return customGradient([x], forward, (gradient) => [reshape(flatten(gradient), x.shape)]);
}
