import { z } from "zod";
import { eventDataSchema, eventFolderSchema, type EventDataRecipe } from "./event-data-schema.ts";
import { imageDataSchema, type ImageDataRecipe } from "./image-data-schema.ts";
import { spikeDataSchema, type SpikeDataRecipe } from "./spike-data-schema.ts";

/** Which data is trained on, and how it is prepared. */
export const dataSchema = z.discriminatedUnion("name", [
  imageDataSchema,
  spikeDataSchema,
  eventDataSchema,
  eventFolderSchema,
]);

/** The `data` section, defaults filled in. */
export type DataRecipe = z.output<typeof dataSchema>;

const isName = (names: readonly string[], name: string): boolean => names.includes(name);

/** The data sets that a `data` section of this form may name. */
export function namesLike(data: DataRecipe): readonly string[] {
  if (isImageData(data)) return imageDataSchema.shape.name.options;
  if (isSpikeData(data)) return spikeDataSchema.shape.name.options;
  const { options } = eventDataSchema.shape.name;
  return "path" in data ? ["event-folder", ...options] : options;
}

/** Data sets that have a name. */
export const DATA_NAMES: readonly string[] = [imageDataSchema, spikeDataSchema, eventDataSchema].flatMap(
  (schema): readonly string[] => schema.shape.name.options,
);

/** Whether a recipe trains on still images. */
export function isImageData(data: DataRecipe): data is ImageDataRecipe {
  return isName(imageDataSchema.shape.name.options, data.name);
}

/** Whether a recipe trains on spike trains. */
export function isSpikeData(data: DataRecipe): data is SpikeDataRecipe {
  return isName(spikeDataSchema.shape.name.options, data.name);
}

/** Whether a recipe trains on recordings of event cameras. */
export function isEventData(data: DataRecipe): data is EventDataRecipe {
  return data.name === "event-folder" || isName(eventDataSchema.shape.name.options, data.name);
}
