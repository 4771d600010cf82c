import { MyelinError } from "@myelin/core";

/** A recipe, or an override of one, that does not say a possible experiment. */
export class RecipeError extends MyelinError {
  override name = "RecipeError";
}
