/** Means and spreads over the seeds of a study, and how variants differ. */
import type { Result } from "../run/record.ts";
import { COLUMNS, type ColumnName } from "./columns.ts";
import type { Comparison, Study, Trial } from "./study.ts";

/** Mean and sample standard deviation. */
export interface Spread {
  readonly mean: number;
  /** 0 for a single value. */
  readonly sd: number;
}

/** A training that has ended. */
export interface Finished {
  readonly trial: Trial;
  readonly result: Result;
  /** Its run folder, relative to that of the study. */
  readonly folder: string;
}

/** A line of the table: all seeds of one variant on one task. */
export interface Summary {
  readonly task: string;
  readonly variant: string;
  readonly seeds: readonly number[];
  readonly values: Readonly<Partial<Record<ColumnName, Spread>>>;
}

/** How two variants differ on one task. */
export interface Difference extends Comparison {
  readonly task: string;
  /** Of the means: variant minus the other. */
  readonly difference: number;
  /** The larger standard deviation of the two. */
  readonly sd: number;
}

/** Gathers finished trainings, a summary for each task and variant in the order of their first training. */
export function summarise(study: Study, finished: readonly Finished[]): Summary[] {
  const groups = new Map<string, Finished[]>();
  for (const entry of finished) {
    const key = `${entry.trial.task} ${entry.trial.variant}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { task, variant } = first.trial;
    const entries = study.columns.flatMap((name) => {
      const values = group.flatMap(({ result }) => COLUMNS[name].value(result) ?? []);
      return values.length === 0 ? [] : [[name, spreadOf(values)] as const];
    });
    return [
      { task, variant, seeds: group.map(({ trial }) => trial.seed), values: Object.fromEntries(entries) },
    ];
  });
}

/** The study's comparisons on every task where both variants have results. */
export function differences(study: Study, summaries: readonly Summary[]): Difference[] {
  return study.tasks.flatMap((task) =>
    study.comparisons.flatMap((comparison) => {
      const { variant, against, column } = comparison;
      const find = (id: string): Spread | undefined =>
        summaries.find((line) => line.task === task && line.variant === id)?.values[column];
      const [a, b] = [find(variant), find(against)];
      if (a === undefined || b === undefined) return [];
      return [{ ...comparison, task, difference: a.mean - b.mean, sd: Math.max(a.sd, b.sd) }];
    }),
  );
}

/** Mean and standard deviation with n - 1 in the denominator. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}
