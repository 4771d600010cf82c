/** Pictures of the sample itself, of what the network says of it and of what attention makes of it. */
import { count, percent, plural, shorten } from "../format.ts";
import type {
  AttentionRecord,
  FramesRecord,
  SampleRecord,
  ScoresRecord,
  UnitsRecord,
} from "../records/index.ts";
import { drawChart, marks, plotGrid, scaleAxis, seriesColour, timeAxis, WIDTH } from "./chart.ts";
import { EMPTY, html, type Html } from "./html.ts";
import { colourBar, legend } from "./legend.ts";
import { lineChart, NO_CHART, type Chart } from "./line-chart.ts";
import { scaleOf } from "./scale.ts";
import { largest, picture, squareAt, squares, type Layer } from "./squares.ts";

/** The sample as a small picture, if it is an image. */
export function samplePicture({ image }: SampleRecord): Html {
  if (image === undefined) return EMPTY;
  const { channels, height, width, pixels } = image;
  const plane = height * width;
  const hex = (channel: number, i: number): string =>
    (pixels[(channels === 3 ? channel : 0) * plane + i] ?? 0).toString(16).padStart(2, "0");
  const paths = new Map<string, string>();
  for (let i = 0; i < plane; i++) {
    const colour = [0, 1, 2].map((channel) => hex(channel, i)).join("");
    if (colour !== "000000") paths.set(colour, (paths.get(colour) ?? "") + squareAt(i, width));
  }
  const parts = [...paths].map(([colour, path]) => html`<path fill="#${colour}" d="${path}" />`);
  return picture("the sample", { width, height }, [
    html`<rect width="${width}" height="${height}" fill="#000" />`,
    ...parts,
  ]);
}

/** A recording as slices of time: two channels are OFF and ON events. */
export function framesPicture(frames: FramesRecord | undefined): Chart {
  if (frames === undefined) return NO_CHART;
  const { channels, height, width, slices } = frames;
  const full = Math.max(1, ...slices.map(({ values }) => brightest(values)));
  const pictures = slices.map(({ from, to, values }) => {
    const label = to - from === 1 ? `step ${from + 1}` : `steps ${from + 1} to ${to}`;
    const layers = channelLayers({ channels, height, width, values }).map((layer) => ({ ...layer, full }));
    return html`<div>${squares(label, layers)}<small>${label}</small></div>`;
  });
  const most = `${count(full)} or more`;
  const bars =
    channels === 2
      ? [colourBar("s0", "0", most, "OFF events"), colourBar("s1", "0", most, "ON events")]
      : [colourBar("ink", "0", most, channels === 1 ? "value" : "first channel")];
  return { picture: html`<div class="strip">${pictures}</div>`, legend: html`${bars}` };
}

/** The spikes of the sample's units. */
export function unitsChart(
  units: UnitsRecord | undefined,
  steps: number,
): Chart & { readonly note?: string } {
  if (units === undefined) return NO_CHART;
  const { events, of } = units;
  const inputs = scaleOf([units.units - 1], { label: "input" }, { min: 0, whole: true });
  const size = Math.max(1.2, Math.min(4, (0.7 * (WIDTH - 80)) / steps));
  const option = {
    grid: plotGrid(),
    xAxis: timeAxis(steps),
    yAxis: { ...scaleAxis(inputs, "upright"), splitLine: { show: false }, min: -0.5, max: units.units - 0.5 },
    series: [
      marks(
        events.map(([t, unit]) => [t + 1, unit] as const),
        { color: seriesColour(0), size: [size, 1.6] },
      ),
    ],
  };
  const note =
    of === undefined ? {} : { note: `${count(events.length)} of ${plural(of, "spike")} are drawn.` };
  return { picture: drawChart(option, 260), ...note };
}

/** What the scores of the classes are. */
export type ScoreKind = "mean output over time" | "softmax, added up over time" | "largest output";

/** The scores of the likeliest classes as bars from zero; that of the label is marked. */
export function scoresTable({ classes }: ScoresRecord, label: string): Html {
  const low = Math.min(0, ...classes.map(({ score }) => score));
  const high = Math.max(0, ...classes.map(({ score }) => score));
  const across = (length: number): string => `${((100 * length) / (high - low || 1)).toFixed(2)}%`;
  const rows = classes.map(({ name, score }) => {
    const bar = html`<rect
      x="${across(Math.min(0, score) - low)}"
      width="${across(Math.abs(score))}"
      height="100%"
    />`;
    return html`<tr class="${name === label ? "label" : "other"}">
      <th scope="row">${shorten(name, 40)}</th>
      <td>
        <svg aria-hidden="true">${bar}</svg>
      </td>
      <td>${Number(score.toPrecision(4))}</td>
    </tr>`;
  });
  return html`<table class="scores">
    ${rows}
  </table>`;
}

/** What the network says of these classes at each step. */
export function outputsChart({ classes }: ScoresRecord): Chart {
  const curves = classes.map(({ name, outputs }) => ({
    name: shorten(name, 40),
    points: outputs.map((value, t) => [t + 1, value] as const),
  }));
  return lineChart(curves, { label: "output" }, "time step");
}

/** A figure for each attention layer: its masks, and what each of its two gates lets through, under the events. */
export function attentionCharts(
  attention: readonly AttentionRecord[],
  frames: FramesRecord | undefined,
): (Chart & { readonly caption: string })[] {
  return attention.flatMap((gates) => [
    { caption: `${gates.name}: important planes`, ...planesChart(gates) },
    { caption: `${gates.name}: gates`, ...gatePair(gates, frames) },
  ]);
}

/** Solid from the value that one in fifty of the non-zero ones exceeds, so that a hot pixel hides nothing. */
function brightest(values: ArrayLike<number>): number {
  const sorted = Array.from(values)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  return sorted[Math.floor(0.98 * (sorted.length - 1))] ?? 0;
}

function channelLayers(frame: {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: readonly number[];
}): Layer[] {
  const { channels, height, width, values } = frame;
  const colours = channels === 2 ? (["s0", "s1"] as const) : (["ink"] as const);
  const plane = height * width;
  return colours.map((colour, channel) => ({
    ...{ height, width, colour },
    values: values.slice(channel * plane, (channel + 1) * plane),
  }));
}

/** Which planes are important at which step: time to the right, channels upwards. */
function planesChart({ planes }: AttentionRecord): Chart {
  if (planes === undefined) return NO_CHART;
  const { steps, channels, weights } = planes;
  const height = Math.min(260, Math.max(140, 46 + 5 * channels));
  const cell = [(WIDTH - 70) / steps, (height - 52) / channels] as const;
  const size = cell.map((side) => Math.max(0.8, side > 4 ? side - 1 : side)) as [number, number];
  const most = largest(weights);
  const levels = new Set(weights.filter((weight) => weight > 0)).size > 1 ? 5 : 1;
  const series = Array.from({ length: levels }, (_, level) => {
    const points = weights.flatMap((weight, i) =>
      weight > 0 && Math.ceil((levels * weight) / most) === level + 1
        ? [[Math.floor(i / channels) + 1, i % channels] as const]
        : [],
    );
    return marks(points, { color: seriesColour(2), size, opacity: (level + 1) / levels });
  });
  const channel = scaleOf([channels - 1], { label: "channel" }, { min: 0, whole: true, ticks: 4 });
  const option = {
    grid: plotGrid(),
    xAxis: timeAxis(steps),
    yAxis: { ...scaleAxis(channel, "upright"), splitLine: { show: false }, min: -0.5, max: channels - 0.5 },
    series,
  };
  const share = weights.filter((weight) => weight > 0).length / Math.max(1, weights.length);
  const words = `important: ${percent(share, 1)} of the planes`;
  return {
    picture: drawChart(option, height),
    legend:
      levels > 1
        ? colourBar("s2", "0", most.toPrecision(3), "weight of important planes")
        : legend([{ name: words, look: 2, filled: true }]),
  };
}

function gatePair(gates: AttentionRecord, frames: FramesRecord | undefined): Chart {
  const all = [...gates.important, ...gates.rest];
  const low = all.reduce((least, value) => Math.min(least, value), Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), -Infinity);
  const parts = (["important", "rest"] as const).map((which) => {
    const label = which === "important" ? "important planes" : "other planes";
    const map: Layer = {
      ...{ height: gates.height, width: gates.width, values: gates[which], colour: "s2" },
      ...{ full: high, empty: low },
    };
    const layers = [map, ...(frames === undefined ? [] : [outline(frames)])];
    return html`<div>${squares(label, layers)}<small>${label}</small></div>`;
  });
  const bar = colourBar("s2", low.toFixed(3), high.toFixed(3), "share let through");
  const events =
    frames === undefined ? EMPTY : legend([{ name: "where events are", look: "ink", filled: true }]);
  return { picture: html`<div class="strip two">${parts}</div>`, legend: html`${bar}${events}` };
}

/** Where the sample has events at any time. */
function outline({ channels, height, width, slices: all }: FramesRecord): Layer {
  const plane = height * width;
  const total = new Float64Array(plane);
  for (const { values } of all) {
    for (let i = 0; i < channels * plane; i++) total[i % plane] = (total[i % plane] ?? 0) + (values[i] ?? 0);
  }
  const full = brightest(total);
  return {
    ...{ height, width, full: 1, colour: "ink" },
    values: total.map((value) => (value > full / 4 ? 0.45 : 0)),
  };
}
