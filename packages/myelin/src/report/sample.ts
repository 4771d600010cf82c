/** Pictures of the sample itself and of what attention makes of it. */
import type { AttentionRecord, FramesRecord, SampleRecord, UnitsRecord } from "../run/record.ts";
import { drawChart, seriesColour, valueAxis } from "./chart.ts";
import { figure } from "./page.ts";
import { squares, type Layer } from "./squares.ts";

/** The sample as a small picture: a still image or slices of a recording; nothing for units. */
export function samplePicture({ image, frames }: SampleRecord): string {
  if (image !== undefined) return stillImage(image);
  return frames === undefined ? "" : slices(frames);
}

/** What each of the two gates of every attention layer lets through, under the sample's events. */
export function attentionPictures(
  attention: readonly AttentionRecord[],
  frames: FramesRecord | undefined,
): string[] {
  return attention.map((gates) => gatePair(gates, frames));
}

/** The spikes of the sample's units. */
export function unitsChart({ units, events }: UnitsRecord, steps: number): string {
  const option = {
    grid: { left: 52, right: 16, top: 12, bottom: 44 },
    xAxis: valueAxis({ name: "time step", nameGap: 26, min: 0, max: steps, splitLine: { show: false } }),
    yAxis: valueAxis({ name: "unit", nameGap: 36, min: 0, max: units, splitLine: { show: false } }),
    series: [
      {
        type: "scatter",
        symbol: "rect",
        symbolSize: 2,
        silent: true,
        itemStyle: { color: seriesColour(0) },
        data: events.map(([t, unit]) => [t + 1, unit]),
      },
    ],
  };
  return drawChart(option, 560, 280);
}

function stillImage({ channels, height, width, pixels }: NonNullable<SampleRecord["image"]>): string {
  const at = (channel: number, i: number): number =>
    pixels[(channels === 3 ? channel : 0) * height * width + i] ?? 0;
  const parts = Array.from({ length: height * width }, (_, i) => {
    const colour = [0, 1, 2].map((channel) => at(channel, i).toString(16).padStart(2, "0")).join("");
    return colour === "000000"
      ? ""
      : `<rect x="${i % width}" y="${Math.floor(i / width)}" width="1.02" height="1.02" fill="#${colour}"/>`;
  });
  return `<svg class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-label="the sample"><rect width="${width}" height="${height}" fill="#000"/>${parts.join("")}</svg>`;
}

function slices({ channels, height, width, slices: all }: FramesRecord): string {
  const full = Math.max(1, ...all.flatMap(({ values }) => brightest(values)));
  const pictures = all.map(({ from, to, values }) => {
    const label = to - from === 1 ? `step ${from + 1}` : `steps ${from + 1} to ${to}`;
    const layers = channelLayers({ channels, height, width, values }).map((layer) => ({ ...layer, full }));
    return `<div>${squares(label, layers)}<small>${label}</small></div>`;
  });
  return `<div class="strip">${pictures.join("")}</div>`;
}

/** Solid from the value that one in fifty of the non-zero ones exceeds, so that a hot pixel hides nothing. */
function brightest(values: readonly number[]): number[] {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted.slice(Math.floor(0.98 * (sorted.length - 1))).slice(0, 1);
}

/** Two channels are OFF and ON events. */
function channelLayers(frame: {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: readonly number[];
}): Layer[] {
  const { channels, height, width, values } = frame;
  const colours = channels === 2 ? ["var(--s0)", "var(--s1)"] : ["var(--ink)"];
  const plane = height * width;
  return colours.map((colour, channel) => ({
    ...{ height, width, colour },
    values: values.slice(channel * plane, (channel + 1) * plane),
  }));
}

function gatePair(gates: AttentionRecord, frames: FramesRecord | undefined): string {
  const all = [...gates.important, ...gates.rest];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const range = `${low.toFixed(2)} (empty) to ${high.toFixed(2)} (solid)`;
  const parts = (["important", "rest"] as const).map((which) => {
    const label = which === "important" ? "gate of the important planes" : "gate of the other planes";
    const map: Layer = {
      ...{ height: gates.height, width: gates.width, values: gates[which], colour: "var(--s2)" },
      ...{ full: high, empty: low },
    };
    return `<div>${squares(label, [map, ...(frames === undefined ? [] : [outline(frames)])])}<small>${label}</small></div>`;
  });
  return figure(`${gates.name}: ${range}`, `<div class="strip wide">${parts.join("")}</div>`);
}

/** Where the sample has events at any time. */
function outline({ channels, height, width, slices: all }: FramesRecord): Layer {
  const plane = height * width;
  const total = new Float64Array(plane);
  for (const { values } of all) {
    for (let i = 0; i < channels * plane; i++) total[i % plane] = (total[i % plane] ?? 0) + (values[i] ?? 0);
  }
  const [full = 1] = brightest([...total]);
  return {
    height,
    width,
    full: 1,
    values: total.map((value) => (value > full / 4 ? 0.45 : 0)),
    colour: "var(--ink)",
  };
}
