/** The form of a line of sweep.jsonl. */
import { z } from "zod";
import { resultSchema, type ReadOnly } from "../../records/index.ts";

/** Values of settings by their paths in the recipe. */
export type Settings = Readonly<Record<string, unknown>>;

/** The form of what a sweep records of a run that has ended. */
export const runLineSchema = z.object({
  version: z.int().min(1).optional(),
  /** What tells the run from others: a hash of all its settings. */
  run: z.string().regex(/^[0-9a-f]{12}$/, { error: "twelve hexadecimal digits" }),
  /** What the sweep chose, by path in the recipe. */
  settings: z.record(z.string(), z.unknown()),
  seed: z.int().nonnegative(),
  /** `stopped`: at a rung of successive halving, because others were better. */
  state: z.enum(["finished", "failed", "stopped"]),
  /** Epochs that were trained. */
  epochs: z.int().nonnegative(),
  /** Numbers of the objectives, as far as the run has them. */
  values: z.record(z.string(), z.number()),
  /** The same after the epochs at which runs were compared. */
  rungs: z.record(z.string(), z.record(z.string(), z.number())).optional(),
  /** The run folder, relative to that of the sweep. */
  folder: z.string(),
  /** What went wrong. */
  message: z.string().optional(),
  /** Which machine and process trained it. */
  worker: z.string().optional(),
  /** result.json of the run. */
  result: resultSchema.optional(),
});

/** What a sweep records of a run that has ended. */
export type RunLine = ReadOnly<z.output<typeof runLineSchema>>;
