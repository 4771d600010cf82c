/** Means and spreads over the seeds of a study, and how variants differ. */
import { partText, type Result } from "../records/index.ts";
import { COLUMNS, type ColumnName } from "./columns.ts";
import { spreadOf, type Spread } from "./spread.ts";
import type { Comparison, Study, Trial } from "./study.ts";

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
  /** The task in tables: with the name that the data set gives itself, where that is another one. */
  readonly data: string;
  readonly variant: string;
  readonly seeds: readonly number[];
  readonly values: Readonly<Partial<Record<ColumnName, Spread>>>;
}

/** How two variants differ on one task. */
export interface Difference extends Comparison, Pick<Summary, "task" | "data"> {
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
      {
        ...{ task, variant, data: dataOf(first) },
        seeds: group.map(({ trial }) => trial.seed),
        values: Object.fromEntries(entries),
      },
    ];
  });
}

function dataOf({ trial: { task, recipe }, result }: Finished): string {
  const { data = task, testPart } = result;
  return `${task === recipe.data.name ? data : task}${partText(testPart)}`;
}

/** The study's comparisons on every task where both variants have results. */
export function differences(study: Study, summaries: readonly Summary[]): Difference[] {
  return study.tasks.flatMap((task) =>
    study.comparisons.flatMap((comparison) => {
      const { variant, against, column } = comparison;
      const find = (id: string): Summary | undefined =>
        summaries.find((line) => line.task === task && line.variant === id);
      const [ours, others] = [find(variant), find(against)];
      const [a, b] = [ours?.values[column], others?.values[column]];
      if (ours === undefined || a === undefined || b === undefined) return [];
      const { data } = ours;
      return [{ ...comparison, task, data, difference: a.mean - b.mean, sd: Math.max(a.sd, b.sd) }];
    }),
  );
}
