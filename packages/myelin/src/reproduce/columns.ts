/** What the table of a study can say about trainings. */
import type { Result } from "../records/index.ts";
import type { Spread } from "./spread.ts";

/** A number of a finished training and how it is shown. */
export interface Column {
  readonly title: string;
  readonly value: (result: Result) => number | undefined;
  /** Makes the value readable: 0.1 becomes 10 where `title` says percent. */
  readonly scale: number;
  readonly digits: number;
  /** Whether the spread over seeds is worth showing. */
  readonly spread: boolean;
}

const MEBIBYTE = 2 ** -20;

/** Every column there is. */
export const COLUMNS = {
  testAccuracy: {
    title: "test accuracy (%)",
    value: (result) => result.testAccuracy,
    ...{ scale: 100, digits: 2, spread: true },
  },
  firingRate: {
    title: "firing rate (%)",
    value: (result) => result.firingRate?.mean,
    ...{ scale: 100, digits: 2, spread: true },
  },
  operations: {
    title: "operations (M per sample)",
    value: ({ activity }) => activity && activity.mac + activity.ac,
    ...{ scale: 1e-6, digits: 2, spread: false },
  },
  parameters: {
    title: "parameters",
    value: (result) => result.parameters,
    ...{ scale: 1, digits: 0, spread: false },
  },
  activeParameters: {
    title: "active parameters",
    value: (result) => result.activeParameters,
    ...{ scale: 1, digits: 0, spread: false },
  },
  seconds: {
    title: "training (s)",
    value: (result) => result.seconds,
    ...{ scale: 1, digits: 0, spread: false },
  },
  memory: {
    title: "engine memory (MiB)",
    value: (result) => result.peakMemoryBytes,
    ...{ scale: MEBIBYTE, digits: 0, spread: false },
  },
  checkpoint: {
    title: "checkpoint (MiB)",
    value: (result) => result.checkpointBytes,
    ...{ scale: MEBIBYTE, digits: 2, spread: false },
  },
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnName = keyof typeof COLUMNS;

/** A spread over `seeds` seeds as a cell: `98.04 ± 0.11`, of one seed the mean alone; a dash where there is none. */
export function formatSpread(column: Column, spread: Spread | undefined, seeds: number): string {
  if (spread === undefined) return "-";
  const { scale, digits } = column;
  const shown = (value: number): string =>
    (scale * value).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return column.spread && seeds > 1 ? `${shown(spread.mean)} ± ${shown(spread.sd)}` : shown(spread.mean);
}
