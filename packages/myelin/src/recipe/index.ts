export {
  formatRecipe,
  loadNeuron,
  loadRecipe,
  loadVariants,
  parseNeuron,
  parseRecipe,
  readText,
  type ParseOptions,
  type Variants,
} from "./load.ts";
export { problemsOf, type Problem } from "./issues.ts";
export { findKey, keysOf, recipeKeys } from "./keys.ts";
export { layerNeuron, neuronSchema, neuronTitle, type NeuronRecipe } from "./neuron-schema.ts";
export {
  DATA_NAMES,
  dataSchema,
  isEventData,
  isImageData,
  isPathData,
  isPluginData,
  isSpikeData,
  isTableData,
  namesLike,
  type DataRecipe,
  type OwnDataRecipe,
} from "./data-schema.ts";
export type { EventDataRecipe } from "./event-data-schema.ts";
export type { EncoderRecipe, ImageDataRecipe, ImageFolderRecipe } from "./image-data-schema.ts";
export type { AttentionRecipe, LayerRecipe } from "./layer-schema.ts";
export type { NetworkRecipe } from "./network-schema.ts";
export { plannedOverEpochs, totalEpochs } from "./epochs.ts";
export { packagedRecipe, packagedRecipes, type PackagedRecipe } from "./library.ts";
export { ZOO_NAMES } from "./zoo-schema.ts";
export { optionsIn } from "./own-parts.ts";
export { keysOfPath, type Override } from "./override.ts";
export { pathText, type Path } from "./path.ts";
export { RecipeError } from "./recipe-error.ts";
export { recipeSchema, type Recipe } from "./schema.ts";
export type { SoundFolderRecipe, SpikeDataRecipe } from "./spike-data-schema.ts";
export type { TableDataRecipe } from "./table-data-schema.ts";
export type { DelaysRecipe, StructureRecipe } from "./structure-schema.ts";
export type { LossRecipe, OptimizerRecipe, ScheduleRecipe } from "./training-schema.ts";
export { placeIn, readYaml, type YamlFile } from "./yaml-file.ts";
