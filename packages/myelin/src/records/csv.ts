/** metrics.csv: the numbers of each epoch for spreadsheets and other programs. */
import type { EpochMetrics } from "./metrics.ts";

/** The columns, always all of them and in this order. */
const COLUMNS: Readonly<Record<string, (line: EpochMetrics) => number | undefined>> = {
  epoch: ({ epoch }) => epoch,
  step: ({ step }) => step,
  trainLoss: ({ trainLoss }) => trainLoss,
  trainAccuracy: ({ trainAccuracy }) => trainAccuracy,
  validationLoss: ({ validationLoss }) => validationLoss,
  validationAccuracy: ({ validationAccuracy }) => validationAccuracy,
  testLoss: ({ testLoss }) => testLoss,
  testAccuracy: ({ testAccuracy }) => testAccuracy,
  firingRate: ({ firingRate }) => firingRate?.mean,
  lr: ({ lr }) => lr,
  seconds: ({ seconds }) => seconds,
  trainSamplesPerSecond: ({ trainSamplesPerSecond }) => trainSamplesPerSecond,
};

/** A head and a line per epoch; what was not measured is empty. */
export function metricsCsv(epochs: readonly EpochMetrics[]): string {
  const columns = Object.values(COLUMNS);
  const lines = epochs.map((line) => columns.map((value) => value(line) ?? "").join(","));
  return `${[Object.keys(COLUMNS).join(","), ...lines].join("\n")}\n`;
}
