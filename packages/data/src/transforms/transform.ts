import type { Random } from "@myelin/core";
import type { ImageShape } from "../images/index.ts";

/**
 * Changes one image at random. It reads `input`, writes every number of `output` and draws from `random` only,
 * so that the result depends on the image and the stream alone.
 *
 * @param input f32 [C, H, W], pixels on the scale 0 .. 1, not to be changed
 * @param output f32 [C, H, W], another array than `input`
 */
export type Transform = (input: Float32Array, output: Float32Array, size: ImageShape, random: Random) => void;
