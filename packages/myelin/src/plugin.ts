/**
 * What files of plugins are made with, see docs/recipes.md.
 *
 * @module myelin/plugin
 */
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
