/** Charts of delays: how they are spread, how they move, what arrives when. */
import type { ArrivalsRecord, LayerDelays, RunRecord } from "../run/record.ts";
import { drawChart, INK, legend, MUTED, seriesColour, valueAxis } from "./chart.ts";
import { layerCurves, lineChart, short } from "./line-chart.ts";

const WIDTH = 560;
const HEIGHT = 280;

/** How many synapses have each delay, before and after training. */
export function delayHistogram({ before, after }: LayerDelays): string {
  const option = {
    legend: legend(["before training", "after"]),
    grid: { left: 64, right: 16, top: 36, bottom: 44 },
    xAxis: valueAxis({
      name: "delay in time steps",
      nameGap: 28,
      type: "category",
      scale: false,
      data: before.map((_, delay) => String(delay)),
    }),
    yAxis: valueAxis({ name: "synapses", nameGap: 50, min: 0 }),
    series: [before, after].map((counts, index) => ({
      name: index === 0 ? "before training" : "after",
      type: "bar",
      data: [...counts],
      barGap: "0%",
      barCategoryGap: "20%",
      itemStyle: { color: seriesColour(index) },
    })),
  };
  return drawChart(option, WIDTH, HEIGHT);
}

/** How far positions moved in each epoch, by layer; undefined without delays. */
export function delayMovesChart(run: RunRecord): string | undefined {
  return lineChart(layerCurves(run, "delayMoves"), { label: "time steps", format: short, min: 0 });
}

/** Width of the bumps over the training; undefined without delays. */
export function sigmaChart(run: RunRecord): string | undefined {
  const curves = layerCurves(run, "sigma");
  const same = curves.every(({ points }) => JSON.stringify(points) === JSON.stringify(curves[0]?.points));
  const shown = same ? curves.slice(0, 1).map((curve) => ({ ...curve, name: "all layers" })) : curves;
  return lineChart(shown, { label: "time steps", format: short, min: 0 });
}

/** One neuron's inputs: when they fire (faint) and when that arrives (solid), and when the neuron fires. */
export function arrivalsChart({ connections, fired, steps }: ArrivalsRecord): string {
  const rows = connections.length;
  const sign = (positive: boolean): typeof connections =>
    connections.filter(({ weight }) => weight > 0 === positive);
  const points = (
    list: typeof connections,
    shift: (delay: number) => number,
  ): (readonly [number, number])[] =>
    list.flatMap((one) =>
      one.spikes.map((t) => [t + 1 + shift(one.delay), rows - connections.indexOf(one)] as const),
    );
  const option = {
    legend: legend(["fired", "arrives, excites", "arrives, inhibits", "the neuron fires"]),
    grid: { left: 84, right: 16, top: 36, bottom: 44 },
    xAxis: valueAxis({
      name: "time step",
      nameGap: 28,
      min: 0,
      max: steps + 1,
      minInterval: 1,
      splitLine: { show: false },
    }),
    yAxis: valueAxis({
      min: -1,
      max: rows + 1,
      interval: 1,
      splitLine: { show: false },
      axisLabel: { color: MUTED, fontSize: 10, formatter: rowLabel(connections) },
    }),
    series: [
      dots(
        "fired",
        MUTED,
        3,
        points(connections, () => 0),
        0.7,
      ),
      dots(
        "arrives, excites",
        seriesColour(1),
        6,
        points(sign(true), (delay) => delay),
      ),
      dots(
        "arrives, inhibits",
        seriesColour(0),
        6,
        points(sign(false), (delay) => delay),
      ),
      dots(
        "the neuron fires",
        INK,
        [3, 14],
        fired.map((t) => [t + 1, 0] as const),
      ),
    ],
  };
  return drawChart(option, WIDTH, 90 + 20 * (rows + 1));
}

function dots(
  name: string,
  color: string,
  size: number | [number, number],
  data: readonly (readonly [number, number])[],
  opacity = 1,
): Record<string, unknown> {
  return {
    ...{ name, type: "scatter", symbol: "rect", silent: true, symbolSize: size },
    itemStyle: { color, opacity },
    data,
  };
}

function rowLabel(connections: ArrivalsRecord["connections"]): (value: number) => string {
  return (value) => {
    if (!Number.isInteger(value)) return "";
    if (value === 0) return "output";
    const one = connections[connections.length - value];
    return one === undefined ? "" : `${one.input}: ${one.delay} later`;
  };
}
