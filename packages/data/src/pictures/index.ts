export { decodeImage, type DecodeImageOptions, isImageFile } from "./decode-image.ts";
export type { DecodedImage } from "./decoded-image.ts";
