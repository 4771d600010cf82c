/** Several runs on one page: curves, settings that differ, accuracy against what it costs. */
import { spreadOf } from "../reproduce/index.ts";
import { epochLines, type EpochMetrics, type RunRecord } from "../records/index.ts";
import { percent, shorten } from "../format.ts";
import { drawChart, plotGrid, scaleAxis, seriesColour } from "./chart.ts";
import { seriesLegend } from "./legend.ts";
import { lineChart, NO_CHART, type Axis, type Chart, type Curve } from "./line-chart.ts";
import { card, figure, grid, headedTable, page } from "./page.ts";
import { PERCENT, scaleOf } from "./scale.ts";

/** A run with the folder that it is in. */
export interface ComparedRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** Runs that differ in their seeds alone. */
export interface ComparedGroup {
  readonly name: string;
  readonly runs: readonly ComparedRun[];
  /** The settings that not all groups share, as JSON, by their path in the recipe. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** What may differ between runs of the same settings. */
const APART = new Set(["seed", "threads", "checkpoint", "report"]);

/** Puts runs of the same settings together, and says what tells the groups apart. */
export function compareRuns(runs: readonly ComparedRun[]): ComparedGroup[] {
  const groups = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(Object.entries(run.record.recipe).filter(([name]) => !APART.has(name)));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = [...groups.values()].map((members) => ({ members, flat: settingsOf(members[0]!.record) }));
  const paths = [...new Set(all.flatMap(({ flat }) => [...flat.keys()]))];
  const differing = paths.filter((path) => new Set(all.map(({ flat }) => flat.get(path))).size > 1);
  const names = all.map(({ members }) => members[0]!.record.recipe.name);
  return all.map(({ members, flat }, i) => {
    const isUnique = names.filter((name) => name === names[i]).length === 1;
    return {
      name: isUnique ? names[i]! : `${names[i]} (${members[0]!.folder})`,
      runs: members,
      settings: Object.fromEntries(differing.map((path) => [path, flat.get(path)])),
    };
  });
}

/** Every setting of a run by its path, as JSON. */
function settingsOf({ recipe }: RunRecord): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      found.set(path, JSON.stringify(value));
      return;
    }
    for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
  };
  visit(Object.fromEntries(Object.entries(recipe).filter(([key]) => !APART.has(key))), "");
  return found;
}

/** The page as one HTML file that needs no network; of runs that have not ended, what there is. */
export function renderComparison(runs: readonly ComparedRun[]): string {
  const groups = compareRuns(runs);
  const charts = [...curveCharts(groups), ...costCharts(groups)];
  return page("Comparison", `myelin compare, ${runs.length} runs`, [
    { title: "Runs", body: card(headedTable(runCells(runs))) },
    {
      title: "Settings that differ",
      note: "Runs that differ in their seeds alone are one line below: their mean, with bars of one standard deviation.",
      body: card(headedTable(settingCells(groups))),
    },
    { title: "Curves", body: grid(charts.map(figure)) },
  ]);
}

function runCells(runs: readonly ComparedRun[]): string[][] {
  const head = ["run", "data", "seed", "epochs", "accuracy", "firing rate", "operations", "parameters"];
  const lines = runs.map(({ folder, record: { recipe, metrics, result } }) => {
    const done = epochLines(metrics).length;
    return [
      ...[folder, result?.data ?? recipe.data.name, String(recipe.seed)],
      result === undefined ? `${done}, not ended` : String(done),
      ...[percent(accuracyOf({ metrics, result })), percent(rateOf({ metrics, result }))],
      ...[operationsOf({ result })?.toExponential(2) ?? "-", result?.parameters.toLocaleString("en") ?? "-"],
    ];
  });
  return [head, ...lines];
}

function settingCells(groups: readonly ComparedGroup[]): string[][] {
  const paths = Object.keys(groups[0]?.settings ?? {});
  if (paths.length === 0)
    return [
      ["setting", "value"],
      ["none", "all runs have the same"],
    ];
  const cell = (value = "-"): string => shorten(value, 60);
  return [
    ["setting", ...groups.map(({ name }) => name)],
    ...paths.map((path) => [path, ...groups.map(({ settings }) => cell(settings[path]))]),
  ];
}

type Measured = Pick<RunRecord, "metrics" | "result">;

/** Of the test set, or what was measured last. */
function accuracyOf({ metrics, result }: Measured): number | undefined {
  return result?.testAccuracy ?? heldOut(epochLines(metrics).at(-1));
}

function heldOut(line: EpochMetrics | undefined): number | undefined {
  return line?.testAccuracy ?? line?.validationAccuracy;
}

function rateOf({ metrics, result }: Measured): number | undefined {
  return (result ?? epochLines(metrics).at(-1))?.firingRate?.mean;
}

/** Accumulates and multiplications for a sample. */
function operationsOf({ result }: Pick<RunRecord, "result">): number | undefined {
  return result?.activity === undefined ? undefined : result.activity.ac + result.activity.mac;
}

type Charts = (Chart & { readonly caption: string })[];

function curveCharts(groups: readonly ComparedGroup[]): Charts {
  const chart = (value: (line: EpochMetrics) => number | undefined, axis: Axis): Chart =>
    lineChart(
      groups.map((group) => curveOf(group, value)),
      axis,
    );
  const accuracy = { label: "accuracy", ...PERCENT, max: 1 };
  return [
    { caption: "Accuracy on held-out samples", ...chart(heldOut, accuracy) },
    { caption: "Training accuracy", ...chart((line) => line.trainAccuracy, accuracy) },
    { caption: "Training loss", ...chart((line) => line.trainLoss, { label: "loss" }) },
    {
      caption: "Firing rate",
      ...chart((line) => line.firingRate?.mean, { label: "spikes per neuron and step", ...PERCENT, min: 0 }),
    },
  ];
}

/** The mean over the seeds that have come so far. */
function curveOf({ name, runs }: ComparedGroup, value: (line: EpochMetrics) => number | undefined): Curve {
  const each = runs.map(({ record }) => epochLines(record.metrics));
  const longest = Math.max(0, ...each.map((lines) => lines.length));
  const found = Array.from({ length: longest }, (_, epoch) => {
    const values = each.flatMap((lines) => (lines[epoch] && value(lines[epoch])) ?? []);
    return values.length === 0 ? [] : [{ epoch: epoch + 1, ...spreadOf(values) }];
  }).flat();
  return { name, points: found.map(({ epoch, mean }) => [epoch, mean]), spread: found.map(({ sd }) => sd) };
}

function costCharts(groups: readonly ComparedGroup[]): Charts {
  return [
    {
      caption: "Accuracy against firing rate",
      ...scatter(groups, rateOf, { label: "spikes per neuron and step", ...PERCENT, min: 0 }),
    },
    {
      caption: "Accuracy against operations",
      ...scatter(groups, operationsOf, { label: "operations per sample", min: 0 }),
    },
  ];
}

function scatter(
  groups: readonly ComparedGroup[],
  cost: (record: Measured) => number | undefined,
  axis: Axis,
): Chart {
  const dots = groups.map(({ runs }) =>
    runs.flatMap(({ record }) => {
      const [x, y] = [cost(record), accuracyOf(record)];
      return x === undefined || y === undefined ? [] : [[x, y] as const];
    }),
  );
  const all = dots.flat();
  if (all.length === 0) return NO_CHART;
  const accuracy = { label: "accuracy", ...PERCENT, max: 1 };
  const scaleFor = (values: number[], along: Axis) => scaleOf(values, along, along);
  const option = {
    grid: plotGrid(),
    xAxis: scaleAxis(
      scaleFor(
        all.map(([x]) => x),
        axis,
      ),
      "level",
    ),
    yAxis: scaleAxis(
      scaleFor(
        all.map(([, y]) => y),
        accuracy,
      ),
      "upright",
    ),
    series: dots.map((data, index) => ({
      ...{ type: "scatter", symbolSize: 10, data },
      itemStyle: { color: seriesColour(index), opacity: 0.8 },
    })),
  };
  const legend = groups.length > 1 ? seriesLegend(groups.map(({ name }) => name)) : undefined;
  return { picture: drawChart(option), legend };
}
