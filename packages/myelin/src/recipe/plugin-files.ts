/** The plugins that a recipe names. */
import { zooNameOf } from "@myelin/core/neurons";
import path from "node:path";
import { findClash, loadPlugin, type PartKind, PluginProblem } from "../plugins/index.ts";
import { DATA_NAMES, OWN_DATA_NAMES } from "./data-schema.ts";
import { LAYER_NAMES } from "./layer-schema.ts";
import { NEURON_TYPES } from "./neuron-schema.ts";
import { SURROGATE_NAMES } from "./surrogate-schema.ts";
import { LOSS_NAMES } from "./training-schema.ts";

/** Built-in names that no part of a plugin may have. */
const TAKEN: Readonly<Record<PartKind, readonly string[]>> = {
  neurons: NEURON_TYPES,
  surrogates: [...SURROGATE_NAMES, "expression"],
  layers: LAYER_NAMES,
  losses: LOSS_NAMES,
  datasets: [...DATA_NAMES, ...OWN_DATA_NAMES],
  transforms: [],
};

/** The absolute paths of the plugins of a recipe; paths that are none are left to its schema. */
export function pluginFiles(plugins: unknown, recipe: string): string[] {
  if (!Array.isArray(plugins) || plugins.some((file) => typeof file !== "string" || file === "")) return [];
  return (plugins as string[]).map((file) => path.resolve(path.dirname(recipe), file));
}

/** What is wrong with a plugin, and which it is. */
export interface PluginFault {
  readonly index: number;
  readonly text: string;
}

/** Loads plugins in order; undefined if all can be used together. */
export async function loadPluginFiles(files: readonly string[]): Promise<PluginFault | undefined> {
  for (const [index, file] of files.entries()) {
    try {
      await loadPlugin(file);
    } catch (error) {
      if (!(error instanceof PluginProblem)) throw error;
      return { index, text: error.message };
    }
  }
  const clash = findClash(files, isTaken);
  if (clash === undefined) return undefined;
  const { file, kind, name, owner = "Myelin" } = clash;
  return {
    index: files.indexOf(file),
    text: `expected names of its own for ${kind}, got "${name}", which ${owner} has already. Rename it in ${file}.`,
  };
}

function isTaken(kind: PartKind, name: string): boolean {
  return TAKEN[kind].includes(name) || (kind === "neurons" && zooNameOf(name) !== undefined);
}
