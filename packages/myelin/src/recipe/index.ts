export { formatRecipe, loadRecipe, parseRecipe, type ParseOptions } from "./load.ts";
export { layerNeuron, neuronSchema, type NeuronRecipe } from "./neuron-schema.ts";
export type { DataRecipe, EncoderRecipe } from "./data-schema.ts";
export type { LayerRecipe, NetworkRecipe } from "./network-schema.ts";
export { RecipeError } from "./recipe-error.ts";
export { type Recipe } from "./schema.ts";
export type { LossRecipe, OptimizerRecipe, ScheduleRecipe } from "./training-schema.ts";
