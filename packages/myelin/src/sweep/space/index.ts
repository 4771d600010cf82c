export type { Dimension } from "./dimension.ts";
export { loadSweep } from "./read.ts";
export type { RangeRecipe, SearchRecipe } from "./schema.ts";
export { gridPoint, gridSize, type Sweep } from "./sweep.ts";
