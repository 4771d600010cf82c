import { z } from "zod";
import { eventDataSchema, eventFolderSchema, type EventDataRecipe } from "./event-data-schema.ts";
import { NO_PARTS, type Parts } from "../plugins/index.ts";
import { fraction, shared } from "./data-parts.ts";
import { imageDataSchema, imageDataSchemaWith, type ImageDataRecipe } from "./image-data-schema.ts";
import { ownSections } from "./own-parts.ts";
import { spikeDataSchema, type SpikeDataRecipe } from "./spike-data-schema.ts";

/** Which data is trained on, and how it is prepared. */
export const dataSchema = dataSchemaWith(NO_PARTS);

/** The data sets with those of plugins, which `DataRecipe` does not know, and their transforms of images. */
export function dataSchemaWith({ datasets, transforms }: Parts) {
  const own = ownSections("name", datasets, { ...shared, validation: fraction.default(0) });
  const images = imageDataSchemaWith(transforms);
  return z.discriminatedUnion("name", [
    images,
    spikeDataSchema,
    eventDataSchema,
    eventFolderSchema,
    ...(own as unknown as (typeof images)[]),
  ]);
}

/** The `data` section, defaults filled in. */
export type DataRecipe = z.output<typeof dataSchema>;

const isName = (names: readonly string[], name: string): boolean => names.includes(name);

/** The data sets that a `data` section of this form may name. */
export function namesLike(data: DataRecipe): readonly string[] {
  if (isOwnData(data)) return [data.name];
  if (isImageData(data)) return imageDataSchema.shape.name.options;
  if (isSpikeData(data)) return spikeDataSchema.shape.name.options;
  const { options } = eventDataSchema.shape.name;
  return "path" in data ? ["event-folder", ...options] : options;
}

/** Data sets that have a name. */
export const DATA_NAMES: readonly string[] = [imageDataSchema, spikeDataSchema, eventDataSchema].flatMap(
  (schema): readonly string[] => schema.shape.name.options,
);

/** Whether a recipe trains on the data set of a plugin: none of the forms that `DataRecipe` knows. */
export function isOwnData(data: { readonly name: string }): boolean {
  return data.name !== "event-folder" && !DATA_NAMES.includes(data.name);
}

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
