/** The report of a study: one page with its tables and charts. */
import {
  COLUMNS,
  type ColumnName,
  type Study,
  type Sweep,
  differences,
  spreadOf,
  summarise,
  type Finished,
  type Summary,
  differenceCells,
  labelOf,
  summaryCells,
} from "../reproduce/index.ts";
import { epochLines, type EpochMetrics, type TrainingMetrics } from "../records/index.ts";
import { barChart, dotChart } from "./bar-chart.ts";
import { percent } from "../format.ts";
import { html, type Html } from "./html.ts";
import { lineChart, type Axis, type Chart, type Curve } from "./line-chart.ts";
import { card, figure, grid, headedTable, page, type Section } from "./page.ts";
import { PERCENT } from "./scale.ts";

/** A training of a study with its curves. */
export interface StudyRun extends Finished {
  readonly metrics: readonly (TrainingMetrics | EpochMetrics)[];
}

/** Everything the report of a study is made of. */
export interface StudyRecord {
  readonly study: Study;
  /** How many trainings the study has. */
  readonly planned: number;
  readonly runs: readonly StudyRun[];
}

/** The report of a study as one HTML file that needs no network; of an unfinished one, what there is. */
export function renderStudy({ study, planned, runs }: StudyRecord): string {
  const summaries = summarise(study, runs);
  const found = differences(study, summaries);
  const tasks = [...new Set(summaries.map(({ task }) => task))];
  const sections: Section[] = [
    { title: "Question", body: paragraphs([study.claim, study.budget]) },
    { title: "Results", note: meaning(runs.length, planned), body: tables(study, summaries, found) },
    ...tasks.map((task) => taskSection(study, task, summaries, runs)),
    { title: "Trainings", body: links(study, runs) },
  ];
  return page(study.title, `myelin reproduce ${study.name}`, sections);
}

function meaning(finished: number, planned: number): string {
  const part = finished < planned ? `${finished} of ${planned} trainings have ended. ` : "";
  return `${part}Mean and sample standard deviation over seeds; accuracy of the last epoch on the test set.`;
}

function tables(study: Study, summaries: readonly Summary[], found: ReturnType<typeof differences>): Html {
  const parts = [summaryCells(study, summaries)];
  if (found.length > 0) parts.push(differenceCells(study, found));
  return html`${parts.map((cells) => card(headedTable(cells)))}`;
}

function taskSection(
  study: Study,
  task: string,
  summaries: readonly Summary[],
  runs: readonly StudyRun[],
): Section {
  const ours = summaries.filter((line) => line.task === task);
  const ourRuns = runs.filter(({ trial }) => trial.task === task);
  const { sweep } = study;
  const charts = sweep === undefined ? variantCharts(study, ours, ourRuns) : sweepCharts(study, sweep, ours);
  return { title: ours[0]?.data ?? task, body: grid(charts.map(figure)) };
}

type Charts = (Chart & { readonly caption: string })[];

function variantCharts(study: Study, lines: readonly Summary[], runs: readonly StudyRun[]): Charts {
  const spreadColumns = study.columns.filter((name) => COLUMNS[name].spread);
  return [
    ...spreadColumns.map((name) => ({ caption: caption(name), ...columnDots(study, name, lines, runs) })),
    { caption: "Validation accuracy, mean over seeds", ...validationCurves(study, lines, runs) },
    { caption: "Firing rate of each layer, mean over seeds", ...layerBars(study, lines, runs) },
  ];
}

function columnDots(
  study: Study,
  name: ColumnName,
  lines: readonly Summary[],
  runs: readonly StudyRun[],
): Chart {
  const dots = lines.flatMap(({ variant, values }) => {
    const spread = values[name];
    if (spread === undefined) return [];
    const { value, scale } = COLUMNS[name];
    const each = of(runs, variant).flatMap(({ result }) => value(result) ?? []);
    return [
      {
        name: labelOf(study, variant),
        values: each.map((one) => scale * one),
        ...{ mean: scale * spread.mean, sd: scale * spread.sd },
      },
    ];
  });
  return dotChart(dots, axisOf(name));
}

function validationCurves(study: Study, lines: readonly Summary[], runs: readonly StudyRun[]): Chart {
  const curves = lines.map(({ variant }): Curve => {
    const each = of(runs, variant).map(({ metrics }) => epochLines(metrics));
    const last = Math.min(...each.map((epochs) => epochs.length));
    const points = Array.from({ length: last }, (_, epoch) => {
      const values = each.flatMap((epochs) => epochs[epoch]?.validationAccuracy ?? []);
      return values.length < each.length ? [] : [[epoch + 1, spreadOf(values).mean] as const];
    });
    return { name: labelOf(study, variant), points: points.flat() };
  });
  return lineChart(curves, { label: "accuracy", ...PERCENT, max: 1 });
}

function layerBars(study: Study, lines: readonly Summary[], runs: readonly StudyRun[]): Chart {
  const layers = [...new Set(runs.flatMap(({ result }) => Object.keys(result.firingRate?.layers ?? {})))];
  const series = lines.map(({ variant }) => ({
    name: labelOf(study, variant),
    values: layers.map((layer) => {
      const rates = of(runs, variant).flatMap(({ result }) => result.firingRate?.layers[layer] ?? []);
      return rates.length === 0 ? undefined : spreadOf(rates).mean;
    }),
  }));
  return barChart(layers, series, { label: "spikes per neuron and step", ...PERCENT });
}

function sweepCharts(study: Study, sweep: Sweep, lines: readonly Summary[]): Charts {
  return study.columns.map((name) => ({
    caption: `${caption(name)} by ${sweep.label}`,
    ...sweepChart(sweep, name, lines),
  }));
}

function sweepChart(sweep: Sweep, name: ColumnName, lines: readonly Summary[]): Chart {
  const { scale, spread: hasSpread } = COLUMNS[name];
  const curves = sweep.curves.map(({ name: curve, variants }): Curve => {
    const found = variants.flatMap((id, tick) => {
      const spread = lines.find(({ variant }) => variant === id)?.values[name];
      return spread === undefined ? [] : [{ tick, ...spread }];
    });
    return {
      name: curve,
      points: found.map(({ tick, mean }) => [tick, scale * mean]),
      spread: found.map(({ sd }) => (hasSpread ? scale * sd : 0)),
    };
  });
  return lineChart(curves, axisOf(name), sweep);
}

function axisOf(name: ColumnName): Axis {
  const { title, spread } = COLUMNS[name];
  return { label: title, ...(!spread && { min: 0 }) };
}

function caption(name: ColumnName): string {
  const { title } = COLUMNS[name];
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function of(runs: readonly StudyRun[], variant: string): StudyRun[] {
  return runs.filter(({ trial }) => trial.variant === variant);
}

function paragraphs(texts: readonly string[]): Html {
  return html`${texts.map((text) => html`<p>${text}</p>`)}`;
}

/** Each run's own report, beside this page. */
function links(study: Study, runs: readonly StudyRun[]): Html {
  const items = runs.map(({ trial, folder, result }) => {
    const name = `${trial.task}, ${labelOf(study, trial.variant)}, seed ${trial.seed}`;
    const place = `${encodeURIComponent(folder)}/report.html`;
    return html`<li><a href="${place}">${name}</a>: ${percent(result.testAccuracy)}</li>`;
  });
  return html`<div class="card links">
    <ul>
      ${items}
    </ul>
  </div>`;
}
