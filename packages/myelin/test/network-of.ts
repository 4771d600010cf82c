import type { Sequential } from "@myelin/core";
import { buildModel, type NetworkTask } from "../src/model/index.ts";
import type { Recipe } from "../src/recipe/index.ts";

/** The network of a recipe, with fresh weights. */
export async function networkOf(recipe: Recipe, task: NetworkTask): Promise<Sequential> {
  return (await buildModel(recipe, task)).network;
}
