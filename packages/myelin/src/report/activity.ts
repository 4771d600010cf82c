/** What the neurons do while the network sees one sample. */
import { plural, shorten } from "../format.ts";
import type { LayerActivity, SampleRecord } from "../records/index.ts";
import {
  dots,
  drawChart,
  marks,
  MUTED,
  plotGrid,
  scaleAxis,
  seriesColour,
  seriesLook,
  timeAxis,
  valueAxis,
  WIDTH,
} from "./chart.ts";
import { html, type Html } from "./html.ts";
import { legend, type Key } from "./legend.ts";
import { NO_CHART, type Chart } from "./line-chart.ts";
import { scaleOf } from "./scale.ts";

const BAND = 126;
/** Room that a class label needs. */
const LABEL = 12;
/** More class labels than this are not legible. */
const MAX_LABELS = 40;
/** Traces of longer samples would hide one another: each gets a band of its own. */
const MAX_TOGETHER = 40;

/** Spikes of some neurons of every layer, a band a layer. */
export function rasterChart(sample: SampleRecord, classNames: readonly string[] | undefined): Chart {
  const steps = lastStep(sample);
  const bands = sample.layers.map((layer, index) => {
    const { raster, neurons } = layer;
    const labels = classLabels(layer, classNames);
    const height = Math.max(BAND, 46 + LABEL * labels.length);
    const cell = (height - 52) / Math.max(1, raster.length);
    const points = raster.flatMap(({ neuron, spikes }) => spikes.map((t) => [t + 1, neuron] as const));
    const size = [markWidth(steps), Math.max(1, Math.min(7, 0.8 * cell))] as const;
    const option = {
      grid: plotGrid(labels.length === 0 ? {} : { left: 20 + longest(labels) }),
      xAxis: timeAxis(steps),
      yAxis: labels.length === 0 ? neuronAxis(neurons) : classAxis(neurons, labels),
      series: [marks(points, { color: seriesColour(index), size })],
    };
    const some = raster.length < neurons ? `${raster.length} of ` : "";
    return band(`${layer.name}: ${some}${plural(neurons, "neuron")}`, drawChart(option, height));
  });
  return bands.length === 0 ? NO_CHART : { picture: html`${bands}` };
}

/** Potential of a few neurons of a layer before and after each reset, against the threshold; a figure a layer. */
export function traceCharts(sample: SampleRecord): (Chart & { readonly caption: string })[] {
  const steps = lastStep(sample);
  const layers = sample.layers.filter(({ traces }) => traces.length > 0);
  return layers.map((layer) => {
    const all = layer.traces.map((trace, index) => ({ trace, index }));
    const bands = steps > MAX_TOGETHER ? all.map((one) => [one]) : [all];
    const reset = layer.traces.some(({ after }) => after !== undefined);
    const keys: Key[] = [
      { name: `threshold ${Number(layer.threshold.toPrecision(4))}`, look: "threshold" },
      { name: reset ? "spike, then the reset" : "spike", look: "spike" },
    ];
    return {
      caption: `Membrane potential of ${layer.name}`,
      legend: legend(keys),
      picture: html`${bands.map((traces) => traceBand(layer, traces, steps))}`,
    };
  });
}

/** A trace and which of its layer's it is. */
interface Numbered {
  readonly trace: LayerActivity["traces"][number];
  readonly index: number;
}

function traceBand({ threshold }: LayerActivity, traces: readonly Numbered[], steps: number): Html {
  const values = traces.flatMap(({ trace: { potential, after = [] } }) => [...potential, ...after]);
  const option = {
    grid: plotGrid(),
    xAxis: timeAxis(steps),
    yAxis: scaleAxis(scaleOf([threshold, ...values], { label: "potential" }, { ticks: 4 }), "upright"),
    series: [
      level(threshold, steps),
      ...traces.flatMap(({ trace, index }) => traceSeries(trace, index, threshold)),
    ],
  };
  const keys = traces.map(({ trace: { neuron }, index }) => ({ name: `neuron ${neuron}`, look: index }));
  return html`<div class="band">${legend(keys)}${drawChart(option, BAND + 14)}</div>`;
}

function band(title: string, body: Html): Html {
  return html`<div class="band">
    <h3>${title}</h3>
    ${body}
  </div>`;
}

/** Delays make the output of a layer longer than its input. */
function lastStep({ layers, steps }: SampleRecord): number {
  return layers.reduce((last, layer) => Math.max(last, layer.steps ?? 0), steps);
}

function neuronAxis(neurons: number): Record<string, unknown> {
  const scale = scaleOf([neurons - 1], { label: "neuron" }, { min: 0, whole: true, ticks: 3 });
  return { ...scaleAxis(scale, "upright"), splitLine: { show: false }, min: -0.5, max: neurons - 0.5 };
}

/** A place on the neuron axis and the class that it stands for. */
interface ClassLabel {
  readonly at: number;
  readonly name: string;
}

function classLabels(
  { neurons, perClass }: LayerActivity,
  classNames: readonly string[] | undefined,
): ClassLabel[] {
  if (perClass === undefined || classNames === undefined) return [];
  if (classNames.length !== neurons / perClass || classNames.length > MAX_LABELS) return [];
  return classNames.map((name, k) => ({ at: perClass * (k + 0.5) - 0.5, name: shorten(name, 11) }));
}

/** Room in pixels for the longest label. */
function longest(labels: readonly ClassLabel[]): number {
  return labels.reduce((most, { name }) => Math.max(most, 6.2 * name.length), 0);
}

function classAxis(neurons: number, labels: readonly ClassLabel[]): Record<string, unknown> {
  const name = (value: number): string => labels.find(({ at }) => Math.abs(at - value) < 1e-6)?.name ?? "";
  return valueAxis({
    ...{ min: -0.5, max: neurons - 0.5 },
    axisLabel: { color: MUTED, fontSize: 10.5, customValues: labels.map(({ at }) => at), formatter: name },
  });
}

/** The threshold. */
function level(threshold: number, steps: number): Record<string, unknown> {
  const data = [0.5, steps + 0.5].map((t) => [t, threshold]);
  return { type: "line", data, showSymbol: false, lineStyle: { width: 1, color: MUTED, type: "dashed" } };
}

/** Up to the potential before a reset, then at the same step down to that after it; a dot for a spike. */
function traceSeries(
  { potential, after }: LayerActivity["traces"][number],
  index: number,
  threshold: number,
): Record<string, unknown>[] {
  const { colour, dash } = seriesLook(index);
  const data = potential.flatMap((value, t) => {
    const reset = after?.[t] ?? value;
    return [[t + 1, value], ...(reset === value ? [] : [[t + 1, reset]])];
  });
  const fired = potential.flatMap((value, t) => (value >= threshold ? [[t + 1, value] as const] : []));
  const many = potential.length > MAX_TOGETHER;
  const line = {
    ...{ type: "line", data, showSymbol: false, color: colour },
    lineStyle: { width: many ? 1 : 1.5, color: colour, type: dash },
  };
  return [line, dots(fired, { color: colour, size: many ? 4 : 7 })];
}

/** Marks fill their step, with a little air. */
function markWidth(steps: number): number {
  return Math.max(1.2, Math.min(10, (0.7 * (WIDTH - 90)) / steps));
}
