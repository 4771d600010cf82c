import type { Picture } from "@myelin/core/runs";

/** A picture that was read from a file: red, green, blue and opacity of each pixel. */
export interface DecodedImage extends Picture {
  readonly data: Uint8Array;
  /** 1 if the file holds shades of grey, else 3. */
  readonly channels: 1 | 3;
}
