import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import { imageLength, type ImageSize } from "./sizes.ts";

/** Images to plain tensors and back; outputs are storages of their own. */
export interface LayoutBackend {
  /** Image to rows of `channels * positions` in that order. */
  imageToPlain(size: ImageSize, buffers: Buffers<"image" | "plain">): void;
  /** The way back of `imageToPlain`. */
  plainToImage(size: ImageSize, buffers: Buffers<"image" | "plain">): void;
  /** Image to rows [planes, positions, channels]. */
  imageToRows(size: ImageSize, buffers: Buffers<"image" | "rows">): void;
  /** The way back of `imageToRows`. */
  rowsToImage(size: ImageSize, buffers: Buffers<"image" | "rows">): void;
}

/** Lengths of the buffers of `LayoutBackend`. */
export const LAYOUT_LENGTHS: LengthsOf<LayoutBackend> = {
  imageToPlain: { image: imageLength, plain: output(imageLength) },
  plainToImage: { image: output(imageLength), plain: imageLength },
  imageToRows: { image: imageLength, rows: output(imageLength) },
  rowsToImage: { image: output(imageLength), rows: imageLength },
};
