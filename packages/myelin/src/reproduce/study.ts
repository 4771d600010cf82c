/** A comparison: every variant of every task is trained with several seeds. */
import { recipeSchema, type Recipe } from "../recipe/schema.ts";
import type { Result } from "../run/record.ts";

/** The tasks of the study. */
export const STUDY_DATA = ["mnist", "fashion-mnist"] as const;
export type StudyData = (typeof STUDY_DATA)[number];

/** One training of a study. */
export interface Trial {
  readonly data: StudyData;
  readonly neuron: "LIF" | "PLIF" | "KLIF";
  readonly seed: number;
  readonly recipe: Recipe;
}

/** What can be changed about a study. */
export interface StudyOptions {
  readonly seeds: number;
  /** Both tasks when absent. */
  readonly data?: readonly StudyData[] | undefined;
  readonly epochs?: number | undefined;
  readonly limit?: number | undefined;
  readonly threads?: number | undefined;
}

/** Mean and sample standard deviation. */
export interface Spread {
  readonly mean: number;
  /** 0 for a single value. */
  readonly sd: number;
}

/** A line of the table: all seeds of one neuron on one task. */
export interface Summary {
  readonly data: string;
  readonly neuron: string;
  readonly seeds: readonly number[];
  readonly testAccuracy: Spread;
  readonly firingRate: Spread;
  readonly parameters: number;
  readonly seconds: Spread;
}

const DEFAULT_EPOCHS = 5;

/**
 * LIF, PLIF and KLIF in the same small network of the PLIF family, everything else equal. 10 % of the training
 * samples are held out to watch; the test set is looked at once, at the end of the last epoch.
 */
export function klifTrials(options: StudyOptions): Trial[] {
  const { seeds, data: tasks = STUDY_DATA } = options;
  const neurons = ["LIF", "PLIF", "KLIF"] as const;
  // Seeds turn slowest, so that an unfinished study compares what it has fairly.
  return Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) =>
    tasks.flatMap((data) =>
      neurons.map((neuron) => ({
        ...{ data, neuron, seed },
        recipe: trialRecipe(data, neuron, seed, options),
      })),
    ),
  );
}

function trialRecipe(
  data: StudyData,
  neuron: Trial["neuron"],
  seed: number,
  { epochs = DEFAULT_EPOCHS, limit, threads }: StudyOptions,
): Recipe {
  return recipeSchema.parse({
    name: `klif-study-${data}-${neuron.toLowerCase()}`,
    seed,
    ...(threads !== undefined && { threads }),
    data: {
      name: data,
      validation: 0.1,
      normalise: true,
      augment: { crop: { padding: 2 }, flip: data === "fashion-mnist" },
      ...(limit !== undefined && { limit }),
    },
    timeSteps: 4,
    network: {
      type: "plif-net",
      neuron: { type: neuron, tau: 2, detachReset: true, surrogate: { type: "atan", alpha: 2 } },
      channels: [16, 32],
      hidden: [128],
      dropout: 0.1,
    },
    loss: { type: "rateMse" },
    optimizer: { type: "adam", lr: 2e-3, schedule: { type: "cosine", every: "step" } },
    epochs,
    batchSize: 64,
  });
}

/** Gathers finished trials, a summary for each task and neuron in the order of their first trial. */
export function summarise(
  finished: readonly { readonly trial: Trial; readonly result: Result }[],
): Summary[] {
  const groups = new Map<string, { trial: Trial; result: Result }[]>();
  for (const entry of finished) {
    const key = `${entry.trial.data} ${entry.trial.neuron}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].map((group) => {
    const results = group.map(({ result }) => result);
    return {
      data: group[0]?.trial.data ?? "",
      neuron: group[0]?.trial.neuron ?? "",
      seeds: group.map(({ trial }) => trial.seed),
      testAccuracy: spreadOf(results.map((result) => result.testAccuracy)),
      firingRate: spreadOf(results.map((result) => result.firingRate.mean)),
      parameters: results[0]?.parameters ?? 0,
      seconds: spreadOf(results.map((result) => result.seconds)),
    };
  });
}

/** Mean and standard deviation with n - 1 in the denominator. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

/** The summaries as a Markdown table. */
export function formatTable(summaries: readonly Summary[]): string {
  const rows = summaries.map(({ data, neuron, seeds, testAccuracy, firingRate, parameters, seconds }) => [
    data,
    neuron,
    String(seeds.length),
    percentSpread(testAccuracy),
    percentSpread(firingRate),
    parameters.toLocaleString("en"),
    `${Math.round(seconds.mean)}`,
  ]);
  const header = [
    "data",
    "neuron",
    "seeds",
    "test accuracy (%)",
    "firing rate (%)",
    "parameters",
    "training (s)",
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line), ""].join("\n");
}

function percentSpread({ mean, sd }: Spread): string {
  return `${(100 * mean).toFixed(2)} ± ${(100 * sd).toFixed(2)}`;
}
