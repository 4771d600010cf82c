/**
 * Spiking neural networks: the main entries of `@myelin/core`, `@myelin/data` and `@myelin/exchange` behind one import.
 * Recipes and reports are modules of their own, `myelin/recipe` and `myelin/report`.
 */
export * from "@myelin/core";
export * from "@myelin/data";
export * from "@myelin/exchange";
export {
  definePlugin,
  type LayerPlace,
  type OptionSchemas,
  type OptionsOf,
  type OwnDataset,
  type OwnLayer as OwnLayerPart,
  type OwnLoss,
  type OwnSurrogate,
  type OwnTransform,
  type Plugin,
  type PluginDefinition,
} from "./plugins/index.ts";
/** Schemas for the options of plugins. */
export { z } from "zod";
/** Both packages have a `Batch`: this one goes into a trainer, the other one comes out of `batches`. */
export type { Batch } from "@myelin/core";
export type { Batch as ImageBatch } from "@myelin/data";
