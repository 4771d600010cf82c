import { imageDataset, type ImageDataset } from "../src/index.ts";

/** The bytes of an IDX file: header for `code` and `shape`, then `values`. */
export function idxBytes(shape: readonly number[], values: ArrayLike<number>, code = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (code << 8) | shape.length);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** A data set of `count` images whose every pixel tells sample, channel and place apart as far as a byte can. */
export function syntheticDataset(
  count: number,
  { channels = 1, height = 5, width = 7, classes = 3 } = {},
): ImageDataset {
  const images = Uint8Array.from(
    { length: count * channels * height * width },
    (_, i) => (i * 37 + (i >> 8)) & 255,
  );
  return imageDataset({
    name: "synthetic",
    images,
    labels: Uint8Array.from({ length: count }, (_, i) => (i * 7 + (i >> 3)) % classes),
    channels,
    height,
    width,
    classNames: Array.from({ length: classes }, (_, label) => `class ${label}`),
  });
}
