/** Charts of what changes over the epochs. */
import { epochLines, type LearnedValues, type RunRecord, type TrainingMetrics } from "../records/index.ts";
import { epochCurve, lineChart, type Chart, type Curve } from "./line-chart.ts";
import { PERCENT } from "./scale.ts";

/** Training accuracy and accuracy on held-out samples. */
export function accuracyChart(run: RunRecord): Chart {
  const curves = [
    trainingCurve(run, "training", (line) => line.trainAccuracy),
    epochCurve(run, "validation", (line) => line.validationAccuracy),
    epochCurve(run, "test", (line) => line.testAccuracy),
  ];
  return lineChart(curves, { label: "accuracy", ...PERCENT, max: 1 });
}

/** Loss on training and held-out samples. */
export function lossChart(run: RunRecord): Chart {
  const curves = [
    trainingCurve(run, "training", (line) => line.trainLoss),
    epochCurve(run, "validation", (line) => line.validationLoss),
    epochCurve(run, "test", (line) => line.testLoss),
  ];
  return lineChart(curves, { label: "loss" });
}

/** Firing rate of every spiking layer on held-out samples. */
export function firingRateChart(run: RunRecord): Chart {
  const names = new Set(
    epochLines(run.metrics).flatMap((line) => Object.keys(line.firingRate?.layers ?? {})),
  );
  const curves = [...names].map((name) => epochCurve(run, name, (line) => line.firingRate?.layers[name]));
  return lineChart(curves, { label: "spikes per neuron and step", ...PERCENT, min: 0 });
}

/** KLIF's k (or PLIF's tau) of every layer over the training; no picture if no layer learns one. */
export function neuronParameterChart(run: RunRecord, parameter: "k" | "tau"): Chart {
  const names = new Set(run.metrics.flatMap((line) => Object.keys(line[parameter] ?? {})));
  const curves = [...names].map((name) => trainingCurve(run, name, (line) => line[parameter]?.[name]));
  if (parameter === "k") return lineChart(curves, { label: "k", reference: 1 });
  return lineChart(curves, { label: "time constant", unit: "steps" });
}

/** A chart of each parameter that the neurons' equations learn, with its name. */
export function learnedCharts(run: RunRecord): (readonly [string, Chart])[] {
  const names = new Set(run.metrics.flatMap((line) => Object.keys(line.learned ?? {})));
  return [...names].map((name) => [name, lineChart(learnedCurves(run, name), { label: name })]);
}

/** The value of a layer, or the mean, the least and the largest of its values. */
function learnedCurves(run: RunRecord, parameter: string): Curve[] {
  const layers = new Set(run.metrics.flatMap((line) => Object.keys(line.learned?.[parameter] ?? {})));
  return [...layers].flatMap((layer) => {
    const curve = (name: string, key: keyof LearnedValues): Curve =>
      trainingCurve(run, name, (line) => line.learned?.[parameter]?.[layer]?.[key]);
    const isOne = run.metrics.every(({ learned }) => {
      const values = learned?.[parameter]?.[layer];
      return values === undefined || values.least === values.largest;
    });
    if (isOne) return [curve(layer, "mean")];
    return [
      curve(`${layer}, mean`, "mean"),
      curve(`${layer}, least`, "least"),
      curve(`${layer}, largest`, "largest"),
    ];
  });
}

/** Learning rate. */
export function learningRateChart(run: RunRecord): Chart {
  const curve = trainingCurve(run, "learning rate", (line) => line.lr);
  return lineChart([curve], { label: "learning rate", min: 0 });
}

/** Lines every few steps where there are more of them (they lie at fractions of epochs), else those of the epochs. */
function trainingCurve(
  run: RunRecord,
  name: string,
  value: (line: TrainingMetrics) => number | undefined,
): Curve {
  const epochs = epochLines(run.metrics);
  const last = epochs.at(-1);
  const stepsPerEpoch = last === undefined ? 0 : last.step / last.epoch;
  const fine = run.metrics.filter((line) => line.kind === "steps");
  const lines = fine.length > epochs.length && stepsPerEpoch > 0 ? fine : epochs;
  const points = lines.flatMap((line) => {
    const y = value(line);
    const x = line.kind === "epoch" ? line.epoch : line.step / stepsPerEpoch;
    return y === undefined ? [] : [[x, y] as const];
  });
  return { name, points };
}
