/** Pictures of one sample on its way through the network. */
import type { LayerActivity, SampleRecord } from "../run/record.ts";
import { drawChart, INK, MUTED, seriesColour, valueAxis } from "./chart.ts";

const WIDTH = 560;
const ROW = 150;
const TOP = 34;

/** Spikes of some neurons of every layer, a band a layer. */
export function rasterChart(sample: SampleRecord): string {
  const band = (layer: LayerActivity): Record<string, unknown> => ({
    min: -0.5,
    max: Math.max(1, layer.raster.length) - 0.5,
    axisLabel: { show: false },
    splitLine: { show: false },
  });
  const marks = (layer: LayerActivity, index: number): Record<string, unknown>[] => [
    {
      type: "scatter",
      symbol: "rect",
      symbolSize: markSize(lastStep(sample), layer.raster.length),
      itemStyle: { color: seriesColour(index) },
      data: layer.raster.flatMap((row, place) =>
        row.spikes.map((t) => [t + 1, layer.raster.length - 1 - place]),
      ),
    },
  ];
  return bands(sample, { title: rasterTitle, axis: band, series: marks });
}

/** Potential of a few neurons of every layer against the threshold, with their spikes. */
export function traceChart(sample: SampleRecord): string {
  const axis = ({ threshold, traces }: LayerActivity): Record<string, unknown> => {
    const values = [threshold, ...traces.flatMap((trace) => trace.potential)];
    return {
      splitNumber: 3,
      axisLabel: POTENTIAL_LABEL,
      ...niceRange(Math.min(...values), Math.max(...values)),
    };
  };
  const lines = (layer: LayerActivity): Record<string, unknown>[] =>
    layer.traces.flatMap((trace, index) => traceSeries(trace.potential, index, layer.threshold));
  const title = (layer: LayerActivity): string =>
    `${layer.name}: neurons ${layer.traces.map((trace) => trace.neuron).join(", ")}`;
  return bands(sample, { title, axis, series: lines });
}

interface Bands {
  readonly title: (layer: LayerActivity) => string;
  readonly axis: (layer: LayerActivity) => Record<string, unknown>;
  readonly series: (layer: LayerActivity, index: number) => Record<string, unknown>[];
}

function bands(sample: SampleRecord, { title, axis, series }: Bands): string {
  const { layers } = sample;
  const steps = lastStep(sample);
  const last = layers.length - 1;
  const option = {
    grid: layers.map((_, i) => ({ left: 44, right: 16, top: TOP + i * ROW, height: ROW - 46 })),
    xAxis: layers.map((_, i) =>
      valueAxis({
        gridIndex: i,
        min: 0,
        max: steps + 1,
        minInterval: 1,
        splitLine: { show: false },
        axisLabel: {
          show: i === last,
          color: MUTED,
          fontSize: 11,
          formatter: (t: number) => stepLabel(t, steps),
        },
        ...(i === last && { name: "time step", nameGap: 26 }),
      }),
    ),
    yAxis: layers.map((layer, i) =>
      valueAxis({
        gridIndex: i,
        name: title(layer),
        nameLocation: "end",
        ...axis(layer),
        nameTextStyle: { color: INK, fontSize: 12, align: "left", padding: [0, 0, 0, -36] },
      }),
    ),
    series: layers.flatMap((layer, i) =>
      series(layer, i).map((one) => ({ ...one, xAxisIndex: i, yAxisIndex: i, silent: true })),
    ),
  };
  return drawChart(option, WIDTH, TOP + layers.length * ROW + 14);
}

function traceSeries(
  potential: readonly number[],
  index: number,
  threshold: number,
): Record<string, unknown>[] {
  const colour = seriesColour(index);
  const points = potential.map((value, t) => [t + 1, value]);
  const fired = points.filter(([, value]) => (value ?? 0) >= threshold);
  const line = {
    type: "line",
    data: points,
    showSymbol: false,
    color: colour,
    lineStyle: { width: 2, color: colour },
    ...(index === 0 && {
      markLine: {
        symbol: "none",
        label: { show: false },
        lineStyle: { color: MUTED, type: "dashed" },
        data: [{ yAxis: threshold }],
      },
    }),
  };
  return [line, { type: "scatter", symbolSize: 8, itemStyle: { color: colour }, data: fired }];
}

/** Delays make the output of a layer longer than its input. */
function lastStep({ layers, steps }: SampleRecord): number {
  return Math.max(steps, ...layers.map((layer) => layer.steps ?? 0));
}

function rasterTitle(layer: LayerActivity): string {
  const some = layer.raster.length < layer.neurons ? `${layer.raster.length} of ` : "";
  return `${layer.name}: ${some}${layer.neurons} neurons`;
}

/** Marks fill their cell, with a little air. */
function markSize(steps: number, rows: number): [number, number] {
  const cell = (WIDTH - 60) / (steps + 1);
  return [Math.max(1, Math.min(12, 0.7 * cell)), Math.max(1, Math.min(8, (0.8 * (ROW - 46)) / rows))];
}

const POTENTIAL_LABEL = {
  color: MUTED,
  fontSize: 11,
  formatter: (value: number) => String(Number(value.toPrecision(3))),
};

/** Limits a little outside of the values, on round numbers. */
function niceRange(low: number, high: number): { min: number; max: number } {
  const step = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-3)));
  return { min: Math.floor(low / step - 0.1) * step, max: Math.ceil(high / step + 0.1) * step };
}

/** The axis reaches a little beyond the first and the last step. */
function stepLabel(value: number, steps: number): string {
  return value >= 1 && value <= steps ? String(value) : "";
}
