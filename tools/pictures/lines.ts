/** Plots of lines with numbers on both axes. */
import {
  drawChart,
  marks,
  MUTED,
  plotGrid,
  type Points,
  scaleAxis,
  seriesColour,
} from "../../packages/myelin/src/report/chart.ts";
import type { Html } from "../../packages/myelin/src/report/html.ts";
import { type Quantity, scaleOf, type ScaleOptions } from "../../packages/myelin/src/report/scale.ts";

/** An axis and what it has to hold. */
export type Axis = Quantity & ScaleOptions;

/** A line or marks of one colour. */
export interface Line {
  readonly points: Points;
  /** The number of its colour; its place among the lines if left out. */
  readonly look?: number;
  /** Upright marks in place of a line. */
  readonly marked?: boolean;
  /** Level from each point to the next. */
  readonly stepped?: boolean;
}

/** Draws lines. */
export function linePlot(
  lines: readonly Line[],
  axes: { readonly x: Axis; readonly y: Axis },
  options: { readonly height?: number; readonly reference?: number } = {},
): Html {
  const xs = scaleOf(
    lines.flatMap(({ points }) => points.map(([x]) => x)),
    axes.x,
    { ticks: 6, ...axes.x },
  );
  const reference = options.reference === undefined ? [] : [options.reference];
  const ys = scaleOf(
    [...lines.flatMap(({ points }) => points.map(([, y]) => y)), ...reference],
    axes.y,
    axes.y,
  );
  const rule = reference.map((y) => ({
    ...{
      type: "line",
      showSymbol: false,
      data: [
        [xs.min, y],
        [xs.max, y],
      ],
    },
    lineStyle: { color: MUTED, type: "dashed", width: 1 },
  }));
  return drawChart(
    {
      grid: plotGrid(),
      xAxis: belowAll(scaleAxis(xs, "level")),
      yAxis: scaleAxis(ys, "upright"),
      series: [...rule, ...lines.map(series)],
    },
    options.height,
  );
}

/** A level axis at the foot of the plot, not at the other axis's zero. */
export function belowAll(axis: Record<string, unknown>): Record<string, unknown> {
  return { ...axis, axisLine: { show: true, onZero: false, lineStyle: { color: MUTED, width: 0.8 } } };
}

function series({ points, look, marked = false, stepped = false }: Line, index: number): object {
  const color = seriesColour(look ?? index);
  if (marked) return marks(points, { color, size: [2, 12] });
  return {
    ...{ type: "line", data: points, showSymbol: false, color, step: stepped ? "end" : false },
    lineStyle: { width: 1.6, color },
  };
}
