/** Charts of what changes over the epochs. */
import { epochLines, type EpochMetrics, type RunRecord, type TrainingMetrics } from "../run/record.ts";
import { drawChart, legend, LINE, MUTED, seriesColour, valueAxis } from "./chart.ts";

const WIDTH = 560;
const HEIGHT = 280;

interface Curve {
  readonly name: string;
  /** [epochs, value]; epochs may be fractions. */
  readonly points: readonly (readonly [number, number])[];
  readonly dashed?: boolean;
}

interface Axis {
  readonly label: string;
  readonly format: (value: number) => string;
  readonly min?: number;
  /** A level to compare with, drawn as a thin line. */
  readonly reference?: number;
}

/** Training accuracy and accuracy on held-out samples; undefined without metrics. */
export function accuracyChart(run: RunRecord): string | undefined {
  const curves = [
    trainingCurve(run, "training", (line) => line.trainAccuracy),
    epochCurve(run, "validation", (line) => line.validationAccuracy),
    epochCurve(run, "test", (line) => line.testAccuracy),
  ];
  // From the first epoch's level on: the first few steps would press everything after them into a line.
  const ends = epochLines(run.metrics).flatMap((line) => [
    line.trainAccuracy,
    line.validationAccuracy ?? line.testAccuracy ?? 1,
  ]);
  const min = Math.floor(20 * Math.min(0.95, ...ends)) / 20;
  return lineChart(curves, { label: "accuracy", format: percent, min });
}

/** Loss on training and held-out samples; undefined without metrics. */
export function lossChart(run: RunRecord): string | undefined {
  const curves = [
    trainingCurve(run, "training", (line) => line.trainLoss),
    epochCurve(run, "validation", (line) => line.validationLoss),
    epochCurve(run, "test", (line) => line.testLoss),
  ];
  return lineChart(curves, { label: "loss", format: short });
}

/** Firing rate of every spiking layer on held-out samples; undefined without metrics. */
export function firingRateChart(run: RunRecord): string | undefined {
  const names = Object.keys(epochLines(run.metrics)[0]?.firingRate.layers ?? {});
  const curves = names.map((name) => epochCurve(run, name, (line) => line.firingRate.layers[name]));
  return lineChart(curves, { label: "spikes a neuron and step", format: percent, min: 0 });
}

/** KLIF's k (or PLIF's tau) of every layer over the training; undefined if no layer learns one. */
export function neuronParameterChart(run: RunRecord, parameter: "k" | "tau"): string | undefined {
  const names = Object.keys(run.metrics[0]?.[parameter] ?? {});
  const curves = names.map((name) => parameterCurve(run, name, parameter));
  const reference = parameter === "k" ? { reference: 1 } : {};
  return lineChart(curves, { label: parameter, format: short, ...reference });
}

/** Learning rate; undefined without metrics. */
export function learningRateChart(run: RunRecord): string | undefined {
  return lineChart([trainingCurve(run, "learning rate", (line) => line.lr)], {
    label: "learning rate",
    format: (value) => (value === 0 ? "0" : value.toExponential(0)),
    min: 0,
  });
}

function lineChart(curves: readonly Curve[], axis: Axis): string | undefined {
  const shown = curves.filter((curve) => curve.points.length > 0);
  if (shown.length === 0) return undefined;
  const several = shown.length > 1;
  const rows = several ? Math.ceil(shown.length / 5) : 0;
  const option = {
    ...(several && { legend: legend(shown.map((curve) => curve.name)) }),
    grid: { left: 56, right: 16, top: 12 + 24 * rows, bottom: 44 },
    xAxis: valueAxis({ name: "epoch", nameGap: 28, min: 0, minInterval: 1, splitLine: { show: false } }),
    yAxis: valueAxis({
      name: axis.label,
      nameGap: 42,
      ...(axis.min !== undefined && { min: axis.min }),
      axisLabel: { color: MUTED, fontSize: 11, formatter: axis.format },
    }),
    series: shown.map((curve, index) => series(curve, index, index === 0 ? axis.reference : undefined)),
  };
  return drawChart(option, WIDTH, HEIGHT);
}

function series(curve: Curve, index: number, reference: number | undefined): Record<string, unknown> {
  const colour = seriesColour(index);
  return {
    name: curve.name,
    type: "line",
    data: curve.points.map(([x, y]) => [x, y]),
    showSymbol: curve.points.length <= 40,
    symbol: "circle",
    symbolSize: 5,
    color: colour,
    lineStyle: { width: 2, color: colour, type: curve.dashed ? "dashed" : "solid" },
    itemStyle: { color: colour },
    ...(reference !== undefined && {
      markLine: {
        silent: true,
        symbol: "none",
        label: { show: false },
        lineStyle: { color: LINE, type: "dashed" },
        data: [{ yAxis: reference }],
      },
    }),
  };
}

/** Lines every few steps where there are any (they lie at fractions of epochs), else those of the epochs. */
function trainingCurve(run: RunRecord, name: string, value: (line: TrainingMetrics) => number): Curve {
  return { name, points: spread(run, (line) => value(line)) };
}

function parameterCurve(run: RunRecord, name: string, parameter: "k" | "tau"): Curve {
  return { name, points: spread(run, (line) => line[parameter]?.[name]) };
}

function spread(
  run: RunRecord,
  value: (line: TrainingMetrics) => number | undefined,
): (readonly [number, number])[] {
  const last = epochLines(run.metrics).at(-1);
  const stepsPerEpoch = last === undefined ? 0 : last.step / last.epoch;
  const fine = run.metrics.filter((line) => line.kind === "steps");
  const lines = fine.length > 0 && stepsPerEpoch > 0 ? fine : epochLines(run.metrics);
  return lines.flatMap((line) => {
    const y = value(line);
    return y === undefined
      ? []
      : [[line.kind === "epoch" ? line.epoch : line.step / stepsPerEpoch, y] as const];
  });
}

function epochCurve(run: RunRecord, name: string, value: (line: EpochMetrics) => number | undefined): Curve {
  const points = epochLines(run.metrics).flatMap((line) => {
    const y = value(line);
    return y === undefined ? [] : [[line.epoch, y] as const];
  });
  return { name, points };
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(2))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
