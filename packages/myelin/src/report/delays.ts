/** Charts of delays: how they are spread, how they move, what arrives when. */
import type { ArrivalsRecord, LayerDelays, RunRecord } from "../records/index.ts";
import { barChart } from "./bar-chart.ts";
import { drawChart, INK, marks, MUTED, plotGrid, timeAxis, seriesColour, valueAxis, WIDTH } from "./chart.ts";
import { legend } from "./legend.ts";
import { layerCurves, lineChart, type Chart } from "./line-chart.ts";

/** How many synapses have each delay, before and after training. */
export function delayHistogram({ before, after }: LayerDelays): Chart {
  const delays = before.map((_, delay) => String(delay));
  const series = [
    { name: "before training", values: before },
    { name: "after", values: after },
  ];
  return barChart(delays, series, { label: "synapses" }, "delay (time steps)");
}

/** How far positions moved in each epoch, by layer; no picture without delays. */
export function delayMovesChart(run: RunRecord): Chart {
  return lineChart(layerCurves(run, "delayMoves"), { label: "mean move", unit: "time steps", min: 0 });
}

/** Width of the bumps over the training; no picture without delays. */
export function sigmaChart(run: RunRecord): Chart {
  const curves = layerCurves(run, "sigma");
  const same = curves.every(({ points }) => JSON.stringify(points) === JSON.stringify(curves[0]?.points));
  const shown = same ? curves.slice(0, 1).map((curve) => ({ ...curve, name: "all layers" })) : curves;
  return lineChart(shown, { label: "sigma", unit: "time steps", min: 0 });
}

/** One neuron's inputs: when they fire (faint) and when that arrives (solid), and when the neuron fires. */
export function arrivalsChart({ connections, fired, steps }: ArrivalsRecord): Chart {
  const rows = connections.length;
  const points = (shown: (weight: number) => boolean, delayed: boolean): (readonly [number, number])[] =>
    connections.flatMap(({ weight, delay, spikes }, row) =>
      shown(weight)
        ? spikes
            .map((t) => t + (delayed ? delay : 0))
            .filter((t) => t < steps)
            .map((t) => [t + 1, rows - row] as const)
        : [],
    );
  const width = Math.min(6, Math.max(1.5, (0.8 * (WIDTH - 104)) / steps));
  const option = {
    grid: plotGrid({ left: 92 }),
    xAxis: timeAxis(steps),
    yAxis: valueAxis({
      ...{ min: -0.5, max: rows + 0.5 },
      axisLabel: {
        ...{ color: MUTED, fontSize: 10, customValues: [0, ...connections.map((_, row) => rows - row)] },
        formatter: (at: number) => rowLabel(connections[rows - at]),
      },
    }),
    series: [
      marks(
        points(() => true, false),
        { color: MUTED, size: [Math.min(3, width), 3], opacity: 0.6 },
      ),
      marks(
        points((weight) => weight > 0, true),
        { color: seriesColour(1), size: [width, 7] },
      ),
      marks(
        points((weight) => weight <= 0, true),
        { color: seriesColour(0), size: [width, 7] },
      ),
      marks(
        fired.map((t) => [t + 1, 0] as const),
        { color: INK, size: [Math.min(3, width), 12] },
      ),
    ],
  };
  return {
    picture: drawChart(option, 70 + 16 * (rows + 1)),
    legend: legend([
      { name: "input fires", look: "muted", filled: true },
      { name: "arrives, excites", look: 1, filled: true },
      { name: "arrives, inhibits", look: 0, filled: true },
      { name: "the neuron fires", look: "ink", filled: true },
    ]),
  };
}

function rowLabel(connection: ArrivalsRecord["connections"][number] | undefined): string {
  return connection === undefined ? "neuron" : `${connection.input}, ${connection.delay} later`;
}
