/** What tells one training from another: everything in its recipe that its bits depend on. */
import { createHash } from "node:crypto";
import { pluginHashes } from "../plugins/index.ts";
import { plannedOverEpochs, type Recipe } from "../recipe/index.ts";

/** What may differ when a run is resumed, because it changes nothing that is trained. */
const MAY_DIFFER = new Set(["name", "threads", "checkpoint", "report", "deadAfter", "plugins"]);

/**
 * A recipe without what changes nothing that is trained, and without its epochs, which have rules of their own. Data of
 * one's own may have moved: what is in them is compared elsewhere.
 */
export function trainedPart({ epochs: _, extensions: __, ...recipe }: Recipe): object {
  const data = Object.fromEntries(Object.entries(recipe.data).filter(([key]) => key !== "path"));
  return Object.fromEntries(Object.entries({ ...recipe, data }).filter(([key]) => !MAY_DIFFER.has(key)));
}

/**
 * SHA-256 of the seed and all else in a recipe that the first `begun` epochs depend on: the same before and after
 * epochs are added.
 */
export function recipeHash(recipe: Recipe, begun: number): string {
  const { epochs, extensions = [] } = recipe;
  const past = extensions.filter((_, i) => begun > startOf(i, recipe));
  const isPlanned = plannedOverEpochs(recipe).length > 0 || past.length > 0;
  const whole = { ...trainedPart(recipe), ...(isPlanned && { epochs }), extensions: past };
  return createHash("sha256").update(JSON.stringify(whole, sortKeys)).digest("hex");
}

/** Epochs before the one with which extension `i` begins. */
function startOf(i: number, { epochs, extensions = [] }: Recipe): number {
  return extensions.slice(0, i).reduce((sum, extension) => sum + extension.epochs, epochs);
}

/** What changes nothing that a run trains, nor how it ends. */
const NO_SETTINGS = new Set(["name", "checkpoint", "report", "plugins"]);

/**
 * Twelve hexadecimal digits that stand for all settings of a run, its seed and the sources of its plugins: what was
 * trained with the same is the same run.
 */
export function settingsHash(recipe: Recipe): string {
  const settings = Object.entries(recipe).filter(([key]) => !NO_SETTINGS.has(key));
  const whole = { settings: Object.fromEntries(settings), plugins: pluginHashes(recipe.plugins) };
  return createHash("sha256").update(JSON.stringify(whole, sortKeys)).digest("hex").slice(0, 12);
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a checkpoint says about the run that it is of. */
export interface Identity {
  /** `recipeHash` of the epochs that had begun. */
  readonly recipe: string;
  readonly seed: number;
}

/** How far a training was: as much of a trainer's position as matters here. */
interface Position {
  readonly epoch: number;
  readonly batch: number;
}

/** The identity of a run at a position. */
export function identityOf(recipe: Recipe, { epoch, batch }: Position): Identity {
  return { recipe: recipeHash(recipe, epoch + (batch > 0 ? 1 : 0)), seed: recipe.seed };
}
