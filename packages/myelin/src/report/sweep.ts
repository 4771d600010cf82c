/** The page of a sweep: its points as a table and as pictures. */
import { spreadOf } from "../reproduce/index.ts";
import { exact, plural } from "../format.ts";
import {
  bestOf,
  isShare,
  numberOf,
  paretoFront,
  pointsOf,
  type Objective,
  type Point,
  type SweepRecord,
  valueText,
} from "../sweep/results/index.ts";
import { bars, dots, drawChart, MUTED, plotGrid, scaleAxis, seriesColour } from "./chart.ts";
import { html, type Html } from "./html.ts";
import { legend } from "./legend.ts";
import { card, figure, grid, headedTable, page, tiles, type Figure, type Row, type Section } from "./page.ts";
import { parallelCoordinates } from "./parallel.ts";
import { PERCENT, type Quantity } from "./scale.ts";
import { SORT_SCRIPT } from "./sort-script.ts";
import { numberAxis, settingAxis, textOf, variedSettings, type ValueAxis } from "./sweep-axis.ts";

/** A sweep with what its pictures are made of. */
interface Drawn extends SweepRecord {
  readonly points: readonly Point[];
  /** The settings that differ, with their values. */
  readonly varied: ReadonlyMap<string, readonly unknown[]>;
}

/** The page as one HTML file that needs no network; of an unfinished sweep, what there is. */
export function renderSweep(record: SweepRecord): string {
  const { name, lines, objectives } = record;
  const points = pointsOf(lines, objectives);
  const sweep: Drawn = { ...record, points, varied: variedSettings(lines.map(({ settings }) => settings)) };
  const sections: Section[] = [
    { title: "Result", body: tiles(overview(sweep)) },
    ...pictures(sweep),
    {
      title: "Points",
      note: "Runs that differ in their seeds alone: mean and sample standard deviation. Choose a head to sort by it.",
      body: sortable(pointCells(sweep)),
    },
    { title: "Runs", body: sortable(runCells(sweep)) },
  ];
  return page(name, `myelin sweep, ${plural(lines.length, "run")}`, sections, SORT_SCRIPT);
}

function sortable(cells: readonly (readonly string[])[]): Html {
  return card(html`<div class="scroll">${headedTable(cells, "sortable")}</div>`);
}

function overview({ lines, planned, points, objectives, varied }: Drawn): Row[] {
  const best = bestOf(points, objectives);
  const ended = (state: string): number => lines.filter((line) => line.state === state).length;
  const others: Row[] = (["stopped", "failed"] as const).flatMap((state) =>
    ended(state) === 0 ? [] : [[`runs ${state}`, exact(ended(state))] as const],
  );
  const found = best?.point.means.map((value, i): Row => [
    `${objectives[i]!.name} of the best point`,
    shown(objectives[i]!, value),
  ]);
  const chosen = best && [...varied.keys()].map((path): Row => [path, textOf(best.point.settings[path])]);
  return [
    ...(found ?? []),
    ...(chosen ?? []),
    [`of ${plural(Math.max(planned, lines.length), "run")} finished`, exact(ended("finished"))],
    ...others,
  ];
}

function pictures(sweep: Drawn): Section[] {
  const known = sweep.points.filter(({ means: [first] }) => first !== undefined);
  const [first, ...others] = sweep.objectives;
  if (first === undefined || known.length < 2) return [];
  const axes = [...sweep.varied].map(([path, values]) => settingAxis(path, values));
  const settings = axes.map((axis) => againstSetting(first, axis, known));
  const fronts = others.map((other) => front(sweep, first, other, known));
  return [
    { title: "All points", body: html`<div>${figure(ways(sweep, axes, known))}</div>` },
    { title: `${first.name} against each setting`, body: grid(settings.map(figure)) },
    ...(fronts.length === 0 ? [] : [{ title: "Trade-offs", body: grid(fronts.map(figure)) }]),
  ];
}

function ways({ objectives }: Drawn, axes: readonly ValueAxis[], known: readonly Point[]): Figure {
  const [first] = objectives;
  const ends = objectives.map((one, i) => numberAxis(quantityOf(one), meansOf(known, i)));
  const values = meansOf(known, 0);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const best = bestOf(known, objectives)?.point;
  const lines = known.map((point) => {
    const share = high === low ? 1 : ((point.means[0] ?? low) - low) / (high - low);
    const merit = first?.goal === "min" ? 1 - share : share;
    const settings = axes.map(({ name }) => point.settings[name]);
    return { values: [...settings, ...point.means], merit, isBest: point === best };
  });
  return {
    caption: "Settings and what came of them",
    note: `A line for each point, the stronger the better in ${first?.name}.`,
    legend: legend([{ name: "best point", look: 1 }]),
    picture: parallelCoordinates([...axes, ...ends], lines),
  };
}

function againstSetting(objective: Objective, axis: ValueAxis, known: readonly Point[]): Figure {
  const found = known.flatMap((point, i) => {
    const x = axis.place(point.settings[axis.name]);
    if (x === undefined) return [];
    // Points of the same value lie beside each other, in the order in which they were made.
    const shift = axis.scale.interval === 1 && axis.scale.min === -0.5 ? ((i % 21) - 10) / 50 : 0;
    const { mean, sd } = spreadOf(point.runs.flatMap((run) => numberOf(objective, run) ?? []));
    return [{ x: x + shift, place: x, mean, sd }];
  });
  const reach = found.flatMap(({ mean, sd }) => [mean - sd, mean + sd]);
  const upright = numberAxis(quantityOf(objective), reach);
  const isNamed = axis.scale.min === -0.5;
  const spans = found.filter(({ sd }) => sd > 0).map(({ x, mean, sd }) => [x, mean - sd, mean + sd] as const);
  const picture = drawChart({
    grid: plotGrid(),
    xAxis: scaleAxis(axis.scale, "level", axis.ticks),
    yAxis: scaleAxis(upright.scale, "upright", upright.ticks),
    series: [
      bars(
        spans.map(([x, from, to]) => [x, y(upright, from), y(upright, to)]),
        { color: MUTED, width: 1 },
      ),
      dots(
        found.map(({ x, mean }) => [x, y(upright, mean)]),
        { color: seriesColour(0), size: 5 },
      ),
      ...(isNamed ? [meanLine(found, upright)] : []),
    ],
  });
  const line = isNamed ? [{ name: "mean of the value", look: 1 } as const] : [];
  const keys = legend([{ name: "point, with its spread over seeds", look: 0, filled: true }, ...line]);
  return { caption: axis.name, legend: keys, picture };
}

function y(axis: ValueAxis, value: number): number {
  return axis.place(Math.max(value, Number.MIN_VALUE)) ?? 0;
}

function meanLine(
  found: readonly { readonly place: number; readonly mean: number }[],
  upright: ValueAxis,
): Record<string, unknown> {
  const places = [...new Set(found.map(({ place }) => place))].sort((a, b) => a - b);
  const data = places.map((place) => {
    const values = found.filter((one) => one.place === place).map(({ mean }) => mean);
    return [place, y(upright, spreadOf(values).mean)];
  });
  const color = seriesColour(1);
  return { type: "line", data, showSymbol: data.length === 1, color, lineStyle: { width: 2, color } };
}

function front(sweep: Drawn, first: Objective, other: Objective, known: readonly Point[]): Figure {
  const at = sweep.objectives.indexOf(other);
  const both = known.filter(({ means }) => means[at] !== undefined);
  const pairOf = ({ means }: Point): [number, number] => [means[at]!, means[0]!];
  const [level, upright] = [
    numberAxis(quantityOf(other), meansOf(both, at)),
    numberAxis(quantityOf(first), meansOf(both, 0)),
  ];
  const placed = (point: Point): [number, number] => {
    const [x, value] = pairOf(point);
    return [level.place(x) ?? 0, upright.place(value) ?? 0];
  };
  const reduced = both.map((point): Point => ({ ...point, means: [point.means[0], point.means[at]] }));
  const line = paretoFront(reduced, [first, other])
    .map((point) => placed(both[reduced.indexOf(point)]!))
    .sort(([a], [b]) => a - b);
  const color = seriesColour(1);
  const picture =
    both.length === 0
      ? undefined
      : drawChart({
          grid: plotGrid(),
          xAxis: scaleAxis(level.scale, "level", level.ticks),
          yAxis: scaleAxis(upright.scale, "upright", upright.ticks),
          series: [
            dots(both.map(placed), { color: seriesColour(0), size: 5 }),
            {
              type: "line",
              data: line,
              color,
              symbolSize: 7,
              symbol: "circle",
              lineStyle: { width: 2, color },
            },
          ],
        });
  return {
    caption: `${first.name} against ${other.name}`,
    legend: legend([
      { name: "point", look: 0, filled: true },
      { name: "Pareto front: no other point is better in both", look: 1 },
    ]),
    picture,
  };
}

function meansOf(points: readonly Point[], index: number): number[] {
  return points.flatMap(({ means }) => means[index] ?? []);
}

function quantityOf(objective: Objective): Quantity {
  return { label: objective.name, ...(isShare(objective.name) && PERCENT) };
}

function shown({ name }: Objective, value: number | undefined): string {
  return value === undefined ? "-" : valueText(name, value);
}

function pointCells({ points, objectives, varied }: Drawn): string[][] {
  const paths = [...varied.keys()];
  const head = [...paths, ...objectives.map(({ name }) => name), "seeds", "state"];
  const rows = points.map(({ settings, runs }) => [
    ...paths.map((path) => textOf(settings[path])),
    ...objectives.map((objective) => {
      const { mean, sd } = spreadOf(runs.flatMap((run) => numberOf(objective, run) ?? []));
      if (Number.isNaN(mean)) return "-";
      return runs.length < 2 ? shown(objective, mean) : `${shown(objective, mean)} ± ${shown(objective, sd)}`;
    }),
    exact(runs.length),
    [...new Set(runs.map(({ state }) => state))].join(", "),
  ]);
  return [head, ...rows];
}

function runCells({ lines, objectives, varied }: Drawn): string[][] {
  const paths = [...varied.keys()];
  const head = ["folder", ...paths, "seed", "state", "epochs", ...objectives.map(({ name }) => name)];
  const rows = lines.map((line) => [
    line.folder,
    ...paths.map((path) => textOf(line.settings[path])),
    String(line.seed),
    line.message === undefined ? line.state : `${line.state}: ${line.message}`,
    exact(line.epochs),
    ...objectives.map((objective) => shown(objective, numberOf(objective, line))),
  ]);
  return [head, ...rows];
}
