export { formatRecipe, loadNeuron, loadRecipe, parseNeuron, parseRecipe, type ParseOptions } from "./load.ts";
export { problemsOf } from "./issues.ts";
export { findKey, recipeKeys } from "./keys.ts";
export { layerNeuron, neuronSchema, neuronTitle, type NeuronRecipe } from "./neuron-schema.ts";
export {
  DATA_NAMES,
  dataSchema,
  isEventData,
  isImageData,
  isOwnData,
  isSpikeData,
  namesLike,
  type DataRecipe,
} from "./data-schema.ts";
export type { EventDataRecipe } from "./event-data-schema.ts";
export type { EncoderRecipe, ImageDataRecipe } from "./image-data-schema.ts";
export type { AttentionRecipe, LayerRecipe } from "./layer-schema.ts";
export type { NetworkRecipe } from "./network-schema.ts";
export { plannedOverEpochs, totalEpochs } from "./epochs.ts";
export { packagedRecipe, packagedRecipes, type PackagedRecipe } from "./library.ts";
export { ZOO_NAMES } from "./zoo-schema.ts";
export { optionsIn } from "./own-parts.ts";
export { RecipeError } from "./recipe-error.ts";
export { recipeSchema, type Recipe } from "./schema.ts";
export type { SpikeDataRecipe } from "./spike-data-schema.ts";
export type { DelaysRecipe, StructureRecipe } from "./structure-schema.ts";
export type { LossRecipe, OptimizerRecipe, ScheduleRecipe } from "./training-schema.ts";
