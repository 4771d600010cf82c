/** Charts over names instead of numbers: a dot for each value, a bar for each mean. */
import { shorten } from "../format.ts";
import {
  drawChart,
  INK,
  MUTED,
  plotGrid,
  scaleAxis,
  seriesColour,
  seriesLook,
  valueAxis,
  WIDTH,
} from "./chart.ts";
import { seriesLegend } from "./legend.ts";
import { NO_CHART, type Axis, type Chart } from "./line-chart.ts";
import { scaleOf } from "./scale.ts";

/** The values of one name. */
export interface Dots {
  readonly name: string;
  readonly values: readonly number[];
  readonly mean: number;
  readonly sd: number;
}

/** Every value as a dot, its mean as a short line, the standard deviation as an upright one. */
export function dotChart(columns: readonly Dots[], axis: Axis): Chart {
  if (columns.length === 0) return NO_CHART;
  const half = 0.22;
  const room = (WIDTH - 80) / columns.length - 4;
  const lines = Math.min(3, Math.max(...columns.map(({ name }) => Math.ceil((6.5 * name.length) / room))));
  const reach = columns.flatMap(({ values, mean, sd }) => [...values, mean - sd, mean + sd]);
  const option = {
    grid: plotGrid({ bottom: 20 + 12 * lines }),
    xAxis: nameAxis(
      columns.map(({ name }) => name),
      room,
    ),
    yAxis: scaleAxis(scaleOf(reach, axis, axis), "upright"),
    series: columns.map(({ values, mean, sd }, x) => ({
      type: "scatter",
      symbolSize: 9,
      itemStyle: { color: seriesColour(x), opacity: 0.75 },
      data: values.map((value) => [x, value]),
      markLine: {
        silent: true,
        symbol: "none",
        label: { show: false },
        lineStyle: { color: seriesColour(x), type: "solid", width: 2 },
        data: [
          [{ coord: [x - half, mean] }, { coord: [x + half, mean] }],
          ...(sd > 0 ? [[{ coord: [x, mean - sd] }, { coord: [x, mean + sd] }]] : []),
        ],
      },
    })),
  };
  return { picture: drawChart(option) };
}

/** A level axis with a name in the middle of each column, broken into lines. */
function nameAxis(names: readonly string[], width: number): Record<string, unknown> {
  return valueAxis({
    min: -0.5,
    max: names.length - 0.5,
    axisLabel: {
      ...{ color: INK, fontSize: 11, lineHeight: 12, width, overflow: "break", interval: 0 },
      customValues: names.map((_, at) => at),
      formatter: (at: number) => shorten(names[at] ?? "", Math.max(4, Math.floor((3 * width) / 6.5))),
    },
  });
}

/**
 * Bars in groups, a colour for each series.
 *
 * @param label what the groups are
 */
export function barChart(
  groups: readonly string[],
  series: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[],
  axis: Axis,
  label?: string,
): Chart {
  if (groups.length === 0 || series.length === 0) return NO_CHART;
  const all = series.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const option = {
    grid: plotGrid({ bottom: label === undefined ? 30 : 42 }),
    xAxis: valueAxis({
      ...{ type: "category", name: label, nameGap: 24 },
      data: groups.map((name) => shorten(name, Math.max(6, Math.floor(280 / groups.length / 6)))),
      axisLabel: { color: MUTED, fontSize: 11, hideOverlap: true },
    }),
    yAxis: scaleAxis(scaleOf(all, axis, { min: 0, ...axis }), "upright"),
    series: series.map(({ values }, index) => ({
      ...{ type: "bar", barGap: "0%", barCategoryGap: "25%", barMaxWidth: 40 },
      itemStyle: { color: seriesLook(index).colour },
      data: values.map((value) => value ?? null),
    })),
  };
  return {
    picture: drawChart(option),
    legend: seriesLegend(
      series.map(({ name }) => name),
      true,
    ),
  };
}
