import type { Tensor } from "@myelin/core";
import { bernoulli, delta, latency, repeatOverTime } from "@myelin/core/ops";
import type { EncoderRecipe } from "../recipe/index.ts";

/** Makes still inputs [B, ...] in 0..1 into spikes [T, B, ...]; `key` seeds random ones. */
export type Encode = (images: Tensor, key: number) => Tensor;

/**
 * The encoder of a recipe; undefined for constant current, which the network itself repeats over time, and for data
 * that are sequences already.
 */
export function buildEncoder(encoder: EncoderRecipe | undefined, steps: number): Encode | undefined {
  switch (encoder?.type) {
    case undefined:
    case "constant":
      return undefined;
    case "poisson":
      return (images, key) => bernoulli(images, { steps, key });
    case "latency":
      return (images) => latency(images, { steps });
    case "delta": {
      const { threshold, signed } = encoder;
      return (images) => delta(repeatOverTime(images, steps), { threshold, signed });
    }
  }
}
