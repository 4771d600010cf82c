/** Line charts over the epochs or another number. */
import {
  epochLines,
  type DelayMetrics,
  type EpochMetrics,
  type RunRecord,
  type StructureMetrics,
} from "../records/index.ts";
import { drawChart, MUTED, plotGrid, scaleAxis, seriesLook, valueAxis, wholeAxis } from "./chart.ts";
import type { Html } from "./html.ts";
import { seriesLegend } from "./legend.ts";
import { scaleOf, type Quantity, type ScaleOptions } from "./scale.ts";

/** A line of a chart. */
export interface Curve {
  readonly name: string;
  /** [x, value]; x counts epochs, which may be fractions, or the ticks of a {@link TickAxis}. */
  readonly points: readonly (readonly [number, number])[];
  /** How far a bar reaches up and down from each point. */
  readonly spread?: readonly number[];
}

/** A level axis with a name for each whole number from 0. */
export interface TickAxis {
  readonly label: string;
  readonly ticks: readonly string[];
}

/** The upright axis. */
export interface Axis extends Quantity, ScaleOptions {
  /** A level to compare with, drawn as a thin line. */
  readonly reference?: number;
}

/** A chart and what its colours mean, as a figure takes them. */
export interface Chart {
  readonly picture: Html | undefined;
  readonly legend?: Html | undefined;
}

/** Of what was not recorded. */
export const NO_CHART: Chart = { picture: undefined };

/** Draws the curves that have points, over epochs or another level axis; no picture if none has. */
export function lineChart(curves: readonly Curve[], axis: Axis, level: TickAxis | string = "epoch"): Chart {
  const shown = curves.filter((curve) => curve.points.length > 0);
  if (shown.length === 0) return NO_CHART;
  const reach = shown.flatMap(({ points, spread = [] }) =>
    points.flatMap(([, y], i) => [y - (spread[i] ?? 0), y + (spread[i] ?? 0)]),
  );
  const reference = axis.reference === undefined ? [] : [axis.reference];
  const option = {
    grid: plotGrid(),
    xAxis: typeof level === "string" ? numberAxis(shown, level) : tickAxis(level),
    yAxis: scaleAxis(scaleOf([...reach, ...reference], axis, axis), "upright"),
    series: shown.map((curve, index) => series(curve, index, index === 0 ? axis.reference : undefined)),
  };
  const legend = shown.length > 1 ? seriesLegend(shown.map(({ name }) => name)) : undefined;
  return { picture: drawChart(option), legend };
}

function numberAxis(curves: readonly Curve[], label: string): Record<string, unknown> {
  const values = curves.flatMap(({ points }) => points.map(([x]) => x));
  const from = values.some((x) => x < 1) ? 0 : 1;
  const to = values.reduce((most, x) => Math.max(most, x), from);
  return from === to ? wholeAxis(label, from - 0.5, to + 0.5) : wholeAxis(label, from, to);
}

function tickAxis({ label, ticks }: TickAxis): Record<string, unknown> {
  return valueAxis({ name: label, nameGap: 24, type: "category", data: [...ticks] });
}

function series(curve: Curve, index: number, reference: number | undefined): Record<string, unknown> {
  const { colour, dash } = seriesLook(index);
  const marked = [...spreadBars(curve, colour), ...referenceLine(reference)];
  return {
    type: "line",
    data: curve.points.map(([x, y]) => [x, y]),
    showSymbol: curve.points.length <= 24,
    symbol: "circle",
    symbolSize: 5,
    color: colour,
    lineStyle: { width: 2, color: colour, type: dash },
    itemStyle: { color: colour },
    ...(marked.length > 0 && {
      markLine: { silent: true, symbol: "none", label: { show: false }, data: marked },
    }),
  };
}

/** An upright line through each point. */
function spreadBars({ points, spread = [] }: Curve, colour: string): unknown[] {
  const lineStyle = { color: colour, type: "solid", width: 1.5 };
  return points.flatMap(([x, y], i) => {
    const reach = spread[i] ?? 0;
    return reach === 0 ? [] : [[{ coord: [x, y - reach], lineStyle }, { coord: [x, y + reach] }]];
  });
}

function referenceLine(level: number | undefined): unknown[] {
  return level === undefined ? [] : [{ yAxis: level, lineStyle: { color: MUTED, type: "dashed" } }];
}

/** A value of every epoch that has it. */
export function epochCurve(
  run: RunRecord,
  name: string,
  value: (line: EpochMetrics) => number | undefined,
): Curve {
  const points = epochLines(run.metrics).flatMap((line) => {
    const y = value(line);
    return y === undefined ? [] : [[line.epoch, y] as const];
  });
  return { name, points };
}

/** A number of each layer over the epochs, a curve a layer. */
export function layerCurves(run: RunRecord, key: keyof DelayMetrics | keyof StructureMetrics): Curve[] {
  const names = new Set(epochLines(run.metrics).flatMap((line) => Object.keys(line[key] ?? {})));
  return [...names].map((name) => epochCurve(run, name, (line) => line[key]?.[name]));
}
