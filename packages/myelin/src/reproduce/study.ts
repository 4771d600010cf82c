/** A comparison: every variant of every task is trained with several seeds, alike in all else. */
import { MyelinError } from "@myelin/core";
import { recipeSchema, type Recipe } from "../recipe/index.ts";
import type { ColumnName } from "./columns.ts";

/** One side of the comparison. */
export interface Variant {
  /** Names run folders and `--only`; what stands before a dash names a group of variants. */
  readonly id: string;
  /** Name in tables and charts. */
  readonly label: string;
}

/** A question about two variants: how far they differ in one column. */
export interface Comparison {
  readonly variant: string;
  readonly against: string;
  readonly column: ColumnName;
}

/** Variants as points of curves instead of bars: sparse networks by their density. */
export interface Sweep {
  /** Of the level axis. */
  readonly label: string;
  readonly ticks: readonly string[];
  /** Each curve has a variant for every tick. */
  readonly curves: readonly { readonly name: string; readonly variants: readonly string[] }[];
}

/** What the user may change about a training. */
export interface TrainingChanges {
  readonly epochs?: number | undefined;
  readonly limit?: number | undefined;
}

/** Few samples, to try a study out, still make a few batches. */
export function batchSizeFor(usual: number, { limit = Infinity }: TrainingChanges): number {
  return Math.min(usual, Math.ceil(limit / 4));
}

/** Keys of `data` for a study that is tried out: so many samples of each set. */
export function limits(limit: number | undefined): { limit?: number; limitTest?: number } {
  return limit === undefined ? {} : { limit, limitTest: limit };
}

/** A comparison that a paper makes, at a budget for a small computer. */
export interface Study {
  /** `myelin reproduce NAME` */
  readonly name: string;
  readonly title: string;
  /** The paper's claim that is tested. */
  readonly claim: string;
  /** In what the budget differs from the paper's, and how long it takes. */
  readonly budget: string;
  /** Short names of data and network. */
  readonly tasks: readonly string[];
  /** What variants are called: "neuron". */
  readonly variantTitle: string;
  readonly variants: readonly Variant[];
  readonly columns: readonly ColumnName[];
  readonly comparisons: readonly Comparison[];
  readonly sweep?: Sweep;
  /** The recipe of a training, without its name, seed and threads. */
  recipe(task: string, variant: string, changes: TrainingChanges): object;
}

/** One training of a study. */
export interface Trial {
  readonly task: string;
  readonly variant: string;
  readonly seed: number;
  readonly recipe: Recipe;
}

/** Which part of a study is done, and with what budget. */
export interface StudyOptions extends TrainingChanges {
  readonly seeds: number;
  /** All tasks when absent. */
  readonly data?: readonly string[] | undefined;
  /** All variants when absent; ids, or what stands before a dash in them. */
  readonly only?: readonly string[] | undefined;
  readonly threads?: number | undefined;
}

/**
 * The trainings of a study. Seeds turn slowest, so that an unfinished study compares what it has fairly.
 *
 * @throws MyelinError for a task or a variant that the study does not have
 */
export function planTrials(study: Study, options: StudyOptions): Trial[] {
  const { seeds, data, only, threads, epochs, limit } = options;
  const tasks = chosen("--data", data, study.tasks);
  const variants = chosen(
    "--only",
    only,
    study.variants.map(({ id }) => id),
  );
  return Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) =>
    tasks.flatMap((task) =>
      variants.map((variant) => ({
        ...{ task, variant, seed },
        recipe: recipeSchema.parse({
          ...study.recipe(task, variant, { epochs, limit }),
          ...{ name: `${study.name}-study-${task}-${variant}`, seed },
          ...(threads !== undefined && { threads }),
        }),
      })),
    ),
  );
}

function chosen(option: string, wanted: readonly string[] | undefined, all: readonly string[]): string[] {
  const matches = (name: string, id: string): boolean => id === name || id.startsWith(`${name}-`);
  const unknown = wanted?.find((name) => !all.some((id) => matches(name, id)));
  if (unknown !== undefined) {
    throw new MyelinError(`${option}: expected one of ${all.join(", ")}, got "${unknown}".`);
  }
  return all.filter((id) => wanted === undefined || wanted.some((name) => matches(name, id)));
}
