/** Line charts over the epochs or another number. */
import {
  epochLines,
  type DelayMetrics,
  type EpochMetrics,
  type RunRecord,
  type StructureMetrics,
} from "../run/record.ts";
import { drawChart, legend, LINE, MUTED, seriesColour, valueAxis } from "./chart.ts";

const WIDTH = 560;
const HEIGHT = 280;

/** A line of a chart. */
export interface Curve {
  readonly name: string;
  /** [x, value]; x counts epochs, which may be fractions, or the ticks of an {@link TickAxis}. */
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
export interface Axis {
  readonly label: string;
  readonly format: (value: number) => string;
  readonly min?: number;
  /** A level to compare with, drawn as a thin line. */
  readonly reference?: number;
}

/** Draws the curves that have points, over epochs unless `level` is given; undefined if none has. */
export function lineChart(curves: readonly Curve[], axis: Axis, level?: TickAxis): string | undefined {
  const shown = curves.filter((curve) => curve.points.length > 0);
  if (shown.length === 0) return undefined;
  const several = shown.length > 1;
  const rows = several ? Math.ceil(shown.length / 5) : 0;
  const option = {
    ...(several && { legend: legend(shown.map((curve) => curve.name)) }),
    grid: { left: 56, right: 16, top: 12 + 24 * rows, bottom: 44 },
    xAxis: valueAxis({ nameGap: 28, minInterval: 1, splitLine: { show: false }, ...levelAxis(level) }),
    yAxis: valueAxis({
      name: axis.label,
      nameGap: 42,
      ...(axis.min !== undefined && { min: axis.min }),
      axisLabel: { color: MUTED, fontSize: 11, formatter: axis.format },
    }),
    series: [
      ...shown.map((curve, index) => series(curve, index, index === 0 ? axis.reference : undefined)),
      { type: "scatter", silent: true, symbolSize: 0, data: shown.flatMap(spreadEnds) },
    ],
  };
  return drawChart(option, WIDTH, HEIGHT);
}

function levelAxis(level: TickAxis | undefined): Record<string, unknown> {
  if (level === undefined) return { name: "epoch", min: 0 };
  return { name: level.label, type: "category", scale: false, data: [...level.ticks] };
}

function series(curve: Curve, index: number, reference: number | undefined): Record<string, unknown> {
  const colour = seriesColour(index);
  const marks = [...spreadBars(curve, colour), ...referenceLine(reference)];
  return {
    name: curve.name,
    type: "line",
    data: curve.points.map(([x, y]) => [x, y]),
    showSymbol: curve.points.length <= 40,
    symbol: "circle",
    symbolSize: 5,
    color: colour,
    lineStyle: { width: 2, color: colour },
    itemStyle: { color: colour },
    ...(marks.length > 0 && {
      markLine: { silent: true, symbol: "none", label: { show: false }, data: marks },
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

/** Points without a size, which make room for the whole bars. */
function spreadEnds({ points, spread = [] }: Curve): [number, number][] {
  return points.flatMap(([x, y], i) => {
    const reach = spread[i] ?? 0;
    return reach === 0 ? [] : [[x, y - reach] as [number, number], [x, y + reach] as [number, number]];
  });
}

function referenceLine(level: number | undefined): unknown[] {
  return level === undefined ? [] : [{ yAxis: level, lineStyle: { color: LINE, type: "dashed" } }];
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

/** 12.34 % */
export function percent(value: number): string {
  return `${Number((100 * value).toFixed(2))} %`;
}

/** Three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
