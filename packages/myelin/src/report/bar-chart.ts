/** Charts over names instead of numbers: a dot for each value, a bar for each mean. */
import { drawChart, INK, legend, MUTED, seriesColour, valueAxis } from "./chart.ts";
import type { Axis } from "./line-chart.ts";

const WIDTH = 560;
const HEIGHT = 280;

/** The values of one name. */
export interface Dots {
  readonly name: string;
  readonly values: readonly number[];
  readonly mean: number;
  readonly sd: number;
}

/** Every value as a dot, its mean as a short line, the standard deviation as an upright one. */
export function dotChart(columns: readonly Dots[], axis: Axis): string | undefined {
  if (columns.length === 0) return undefined;
  const half = 0.22;
  const option = {
    grid: { left: 64, right: 16, top: 12, bottom: 30 },
    xAxis: valueAxis({
      min: -0.5,
      max: columns.length - 0.5,
      interval: 0.5,
      splitLine: { show: false },
      axisLabel: { color: INK, fontSize: 12, formatter: (at: number) => columns[at]?.name ?? "" },
    }),
    yAxis: valueAxis({
      name: axis.label,
      nameGap: 48,
      axisLine: { show: false },
      axisLabel: { color: MUTED, fontSize: 11, formatter: axis.format },
    }),
    series: columns.map(({ values, mean, sd }, x) => ({
      type: "scatter",
      silent: true,
      symbolSize: 9,
      itemStyle: { color: seriesColour(x), opacity: 0.75 },
      // Points without a size make room for the whole line of the standard deviation.
      data: [
        ...values.map((value) => [x, value]),
        ...[mean - sd, mean + sd].map((value) => ({ value: [x, value], symbolSize: 0 })),
      ],
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
  return drawChart(option, WIDTH, HEIGHT);
}

/** Bars in groups, a colour for each series. */
export function barChart(
  groups: readonly string[],
  series: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[],
  axis: Axis,
): string | undefined {
  if (groups.length === 0 || series.length === 0) return undefined;
  const option = {
    legend: legend(series.map(({ name }) => name)),
    grid: { left: 64, right: 16, top: 36, bottom: 30 },
    xAxis: valueAxis({ type: "category", scale: false, data: [...groups] }),
    yAxis: valueAxis({
      name: axis.label,
      nameGap: 48,
      min: axis.min ?? 0,
      axisLabel: { color: MUTED, fontSize: 11, formatter: axis.format },
    }),
    series: series.map(({ name, values }, index) => ({
      ...{ name, type: "bar", barGap: "0%", barCategoryGap: "25%", barMaxWidth: 40 },
      itemStyle: { color: seriesColour(index) },
      data: values.map((value) => value ?? null),
    })),
  };
  return drawChart(option, WIDTH, HEIGHT);
}
