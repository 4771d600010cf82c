/** The form of a sweep file. */
import { z } from "zod";

const count = z.int().positive();
const seed = z.int().nonnegative().max(0xffffffff);

/** A range of numbers. */
export const rangeSchema = z.strictObject({
  from: z.number(),
  to: z.number(),
  /** How values lie between the ends. */
  scale: z.enum(["linear", "log"]).default("linear"),
  /** Only whole numbers. */
  integer: z.boolean().default(false),
  /** Distance of values on a linear scale. */
  step: z.number().positive().optional(),
  /** How many values, ends included. */
  steps: z.int().min(2).optional(),
});

/** Which points of the space are trained. */
const searchSchema = z.discriminatedUnion("type", [
  /** All of them. */
  z.strictObject({ type: z.literal("grid") }),
  z.strictObject({ type: z.literal("random"), points: count, seed: seed.default(1) }),
  /** Successive halving: all points a few epochs, the best of them some more, and so on. */
  z.strictObject({
    type: z.literal("halving"),
    /** So many at random; all of the grid when absent. */
    points: count.optional(),
    /** Epochs after which the worst are stopped. */
    rungs: z.array(count).min(1),
    /** The share that goes on. */
    keep: z
      .number()
      .gt(0)
      .lt(1)
      .default(1 / 3),
    seed: seed.default(1),
  }),
  /** Optuna's samplers choose each point by the results so far. */
  z.strictObject({
    type: z.literal("optuna"),
    points: count,
    sampler: z.enum(["tpe", "gp", "cmaes", "nsga2", "random"]).default("tpe"),
    seed: seed.default(1),
  }),
]);

/** The form of a sweep file. */
export const sweepSchema = z.strictObject({
  /** A recipe file, relative to the sweep's, or the name of a recipe of the package. */
  recipe: z.string().min(1),
  /** Names the folder; the name of the file when absent. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*$/, { error: "a name of letters, digits, '.', '-' and '_'" })
    .optional(),
  /** By path in the recipe: a value for all runs, a list of values, or a range. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Groups of lists by path, of which the first values go together, the second ones, and so on. */
  zip: z.array(z.record(z.string(), z.array(z.unknown()).min(1))).default([]),
  /** How many, from 1, or which ones; the recipe's own when absent. */
  seeds: z.union([count, z.array(seed).min(1)]).optional(),
  search: searchSchema.prefault({ type: "grid" }),
  /** Numbers of result.json: the first one decides which run is the best. */
  objectives: z.record(z.string(), z.enum(["max", "min"])).optional(),
});

/** How the values of a range lie. */
export type RangeRecipe = z.output<typeof rangeSchema>;
/** The `search` section. */
export type SearchRecipe = z.output<typeof searchSchema>;
