import { z } from "zod";
import { eventDataSchema, eventFolderSchema, type EventDataRecipe } from "./event-data-schema.ts";
import { NO_PARTS, type Parts } from "../plugins/index.ts";
import { fraction, shared } from "./data-parts.ts";
import {
  imageDataSchema,
  imageDataSchemaWith,
  imageFolderSchemaWith,
  type ImageDataRecipe,
} from "./image-data-schema.ts";
import { ownSections } from "./own-parts.ts";
import {
  soundFolderSchema,
  spikeDataSchema,
  spikeFileSchema,
  type SpikeDataRecipe,
} from "./spike-data-schema.ts";
import { tableDataSchema, type TableDataRecipe } from "./table-data-schema.ts";

/** Which data is trained on, and how it is prepared. */
export const dataSchema = dataSchemaWith(NO_PARTS);

/** The data sets with those of plugins, which `DataRecipe` does not know, and their transforms of images. */
export function dataSchemaWith({ datasets, transforms }: Parts) {
  const brought = ownSections("name", datasets, { ...shared, validation: fraction.default(0) });
  const images = imageDataSchemaWith(transforms);
  return z.discriminatedUnion("name", [
    images,
    spikeDataSchema,
    eventDataSchema,
    imageFolderSchemaWith(transforms),
    soundFolderSchema,
    spikeFileSchema,
    tableDataSchema,
    eventFolderSchema,
    ...(brought as unknown as (typeof images)[]),
  ]);
}

/** The `data` section, defaults filled in. */
export type DataRecipe = z.output<typeof dataSchema>;

/** Data of one's own, which lie where `path` says. */
export type OwnDataRecipe = Extract<DataRecipe, { readonly path: string }>;

/** The names of data sets that have one, by what their samples are. */
const NAMED = {
  images: imageDataSchema.shape.name.options as readonly string[],
  spikes: spikeDataSchema.shape.name.options as readonly string[],
  events: eventDataSchema.shape.name.options as readonly string[],
};

/** The names of data of one's own, by what their samples are. */
const OWN = {
  images: ["image-folder"],
  spikes: ["sound-folder", "spike-file"],
  events: ["event-folder"],
  rows: ["table"],
};

/** Data sets that have a name. */
export const DATA_NAMES: readonly string[] = Object.values(NAMED).flat();

/** What data of one's own are called. */
export const OWN_DATA_NAMES: readonly string[] = Object.values(OWN).flat();

/** The data sets that a `data` section of this form may name. */
export function namesLike(data: DataRecipe): readonly string[] {
  if (isPluginData(data) || isTableData(data)) return [data.name];
  const names = isImageData(data) ? NAMED.images : isSpikeData(data) ? NAMED.spikes : NAMED.events;
  return isPathData(data) ? [data.name, ...names] : names;
}

/** Whether a recipe trains on the data set of a plugin: none of the forms that `DataRecipe` knows. */
export function isPluginData(data: { readonly name: string }): boolean {
  return !OWN_DATA_NAMES.includes(data.name) && !DATA_NAMES.includes(data.name);
}

/** Whether a recipe trains on data of one's own, at a path. */
export function isPathData(data: DataRecipe): data is OwnDataRecipe {
  return OWN_DATA_NAMES.includes(data.name);
}

/** Whether a recipe trains on still images. */
export function isImageData(data: DataRecipe): data is ImageDataRecipe {
  return [...NAMED.images, ...OWN.images].includes(data.name);
}

/** Whether a recipe trains on spike trains. */
export function isSpikeData(data: DataRecipe): data is SpikeDataRecipe {
  return [...NAMED.spikes, ...OWN.spikes].includes(data.name);
}

/** Whether a recipe trains on recordings of event cameras. */
export function isEventData(data: DataRecipe): data is EventDataRecipe {
  return [...NAMED.events, ...OWN.events].includes(data.name);
}

/** Whether a recipe trains on rows of numbers. */
export function isTableData(data: DataRecipe): data is TableDataRecipe {
  return OWN.rows.includes(data.name);
}
