/** Runs of a sweep put together: those that differ in their seeds alone are a point. */
import { compareValues, valueAfterEpoch, valueOf, type Objective } from "./objective.ts";
import type { RunLine, Settings } from "./line.ts";
import type { EpochMetrics, Result } from "../../records/index.ts";

/** What the page of a sweep is made of. */
export interface SweepRecord {
  readonly name: string;
  readonly objectives: readonly Objective[];
  /** Runs that there will be. */
  readonly planned: number;
  readonly lines: readonly RunLine[];
}

/** All runs of the same settings. */
export interface Point {
  readonly settings: Settings;
  readonly runs: readonly RunLine[];
  /** The mean over its finished runs, or undefined, of each objective. */
  readonly means: readonly (number | undefined)[];
}

/** The numbers that a result has for the objectives. */
export function valuesOf(objectives: readonly Objective[], result: Result): Record<string, number> {
  return present(objectives.map((one) => [one.name, valueOf(one, result)]));
}

/** The numbers that an epoch has for the objectives. */
export function valuesAfterEpoch(
  objectives: readonly Objective[],
  line: EpochMetrics | undefined,
): Record<string, number> {
  return line === undefined ? {} : present(objectives.map((one) => [one.name, valueAfterEpoch(one, line)]));
}

function present(entries: readonly (readonly [string, number | undefined])[]): Record<string, number> {
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

/** The number of a run for an objective, also for one that came after the run. */
export function numberOf(objective: Objective, { values, result }: RunLine): number | undefined {
  return values[objective.name] ?? (result && valueOf(objective, result));
}

/** The numbers of a run for all objectives that it knows. */
export function numbersOf(objectives: readonly Objective[], run: RunLine): Record<string, number> {
  return present(objectives.map((one) => [one.name, numberOf(one, run)]));
}

/** Points in the order of their first run. */
export function pointsOf(lines: readonly RunLine[], objectives: readonly Objective[]): Point[] {
  const groups = new Map<string, RunLine[]>();
  for (const line of lines) {
    const key = JSON.stringify(Object.entries(line.settings).sort(([a], [b]) => (a < b ? -1 : 1)));
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((runs) => ({
    settings: runs[0]!.settings,
    runs,
    means: objectives.map((objective) =>
      mean(runs.filter(isFinished).flatMap((run) => numberOf(objective, run) ?? [])),
    ),
  }));
}

/** The best point by the first objective, and of it the run that is. */
export function bestOf(
  points: readonly Point[],
  objectives: readonly Objective[],
): { readonly point: Point; readonly run: RunLine } | undefined {
  const [first] = objectives;
  if (first === undefined) return undefined;
  const known = points.filter(({ means: [value] }) => value !== undefined);
  const [point] = known.sort((a, b) => compareValues(first, a.means[0], b.means[0]));
  const [run] = (point?.runs ?? [])
    .filter(isFinished)
    .sort((a, b) => compareValues(first, numberOf(first, a), numberOf(first, b)));
  return point && run && { point, run };
}

/** The points that no other is better than in one objective and at least as good in all. */
export function paretoFront(points: readonly Point[], objectives: readonly Objective[]): Point[] {
  const known = points.filter(({ means }) => means.every((value) => value !== undefined));
  const isBeaten = (point: Point): boolean =>
    known.some((other) => {
      const order = objectives.map((one, i) => compareValues(one, other.means[i], point.means[i]));
      return order.every((way) => way <= 0) && order.some((way) => way < 0);
    });
  return known.filter((point) => !isBeaten(point));
}

function isFinished({ state }: RunLine): boolean {
  return state === "finished";
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
