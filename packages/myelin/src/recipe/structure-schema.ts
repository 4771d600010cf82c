import { SIGMA_DEFAULTS, STRUCTURE_DEFAULTS } from "@myelin/core/defaults";
import { z } from "zod";

const share = z.number().gt(0).max(1);

/** How the width of the bumps of learnable delays shrinks while training. */
export const delaysSchema = z.strictObject({
  /** Width in time steps at the start; half the largest delay of each layer when absent. */
  sigmaInit: z.number().nonnegative().optional(),
  /** Width that is reached, and kept from there on. */
  sigmaEnd: z.number().positive().default(SIGMA_DEFAULTS.sigmaEnd),
  /** Share of the epochs in which it is reached. */
  fraction: z.number().min(0).max(1).default(SIGMA_DEFAULTS.fraction),
});

/** Connections that are held at zero, and how others take their place while training. */
export const structureSchema = z.strictObject({
  /** Share of the connections that exist. */
  density: share,
  distribution: z.enum(["uniform", "er", "erk"]).default(STRUCTURE_DEFAULTS.distribution),
  /** Names of layers that stay dense, such as conv1. */
  exclude: z.array(z.string()).default([]),
  /** What exists or does not: single connections, or those of neighbouring outputs together. */
  connections: z.enum(["single", "blocks-of-4", "blocks-of-8"]).default(STRUCTURE_DEFAULTS.structure),
  /** Scales the first weights up, so that the input of a neuron varies as much as in the dense network. */
  rescale: z.boolean().default(STRUCTURE_DEFAULTS.rescale),
  /** How connections are chosen that go; `none` keeps the first, random structure, `deepR` lets them wander. */
  prune: z.enum(["none", "magnitude", "set", "taylor", "deepR"]).default(STRUCTURE_DEFAULTS.prune),
  /** How new ones are chosen. */
  grow: z.enum(["random", "gradient", "momentum", "unfired"]).default(STRUCTURE_DEFAULTS.grow),
  /** Share of the connections that are replaced in an update, and how it changes until the end. */
  fraction: share.default(STRUCTURE_DEFAULTS.fraction),
  fractionSchedule: z.enum(["constant", "cosine"]).default(STRUCTURE_DEFAULTS.fractionSchedule),
  /** Optimiser steps between two updates. */
  updateInterval: z.int().positive().default(STRUCTURE_DEFAULTS.updateInterval),
  /** Share of the training after which the structure stays. */
  end: z.number().min(0).max(1).default(STRUCTURE_DEFAULTS.end),
});

/** The `delays` section, defaults filled in. */
export type DelaysRecipe = z.output<typeof delaysSchema>;
/** The `structure` section, defaults filled in. */
export type StructureRecipe = z.output<typeof structureSchema>;
