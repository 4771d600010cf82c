/** Charts of what changes over the epochs. */
import { epochLines, type RunRecord, type TrainingMetrics } from "../run/record.ts";
import { epochCurve, lineChart, percent, short, type Curve } from "./line-chart.ts";

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
  const names = Object.keys(epochLines(run.metrics)[0]?.firingRate?.layers ?? {});
  const curves = names.map((name) => epochCurve(run, name, (line) => line.firingRate?.layers[name]));
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
