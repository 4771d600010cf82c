import type { EncoderDescription } from "@myelin/core/runs";
import type { Recipe } from "../recipe/index.ts";

/**
 * The encoder of a recipe; undefined for constant current, which the network itself repeats over time, and for data
 * that are sequences already.
 */
export function encoderDescription({
  encoder,
  timeSteps: steps = 1,
}: Pick<Recipe, "encoder" | "timeSteps">): EncoderDescription | undefined {
  if (encoder === undefined || encoder.type === "constant") return undefined;
  return { ...encoder, steps };
}
