import path from "node:path";
import { isPlainObject } from "@myelin/core/checks";
import { OWN_DATA_NAMES } from "./data-schema.ts";

/** Makes the path to data of one's own absolute, if the recipe has one; what is wrong with it is left to its schema. */
export function resolveDataPath(recipe: Record<string, unknown>, folder: string): void {
  const { data } = recipe;
  if (!isPlainObject(data)) return;
  const section = data as Record<string, unknown>;
  const { name, path: place } = section;
  const isOwn = typeof name === "string" && OWN_DATA_NAMES.includes(name);
  if (isOwn && typeof place === "string" && place !== "") section["path"] = path.resolve(folder, place);
}
