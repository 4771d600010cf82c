/** Charts as SVG texts, drawn by ECharts without a document. */
import { createChart } from "./echarts.ts";
import { Html, html } from "./html.ts";
import { scaleOf, ticksOf, type Scale } from "./scale.ts";

/** What a chart shows, as ECharts takes it: one plot, or a list of plots with their axes. */
export interface ChartOption {
  readonly grid: object;
  readonly xAxis: object;
  readonly yAxis: object;
  readonly series: readonly object[];
}

/** The width of every chart: a column of a paper, a telephone. The page has so many side by side that none is stretched much. */
export const WIDTH = 360;
/** The height of most charts. */
export const HEIGHT = 230;

/**
 * Stand-ins that become CSS variables in the finished SVG, so that one picture serves light and dark pages. They must
 * be colours that ECharts can parse and that nothing else uses. Behind each, its colour on a light page, which a chart
 * keeps that is taken out of its page.
 */
const COLOURS = {
  ink: ["#010203", "#1c2430"],
  muted: ["#010204", "#59636f"],
  line: ["#010205", "#d9dee6"],
  s0: ["#010210", "#2563c4"],
  s1: ["#010211", "#c8620a"],
  s2: ["#010212", "#0f8268"],
  s3: ["#010213", "#b3307c"],
  s4: ["#010214", "#7a52c7"],
  s5: ["#010215", "#7d6a14"],
} as const;

/** Colours of the page, by role. */
export const INK = COLOURS.ink[0];
export const MUTED = COLOURS.muted[0];
export const LINE = COLOURS.line[0];

const SERIES = [COLOURS.s0, COLOURS.s1, COLOURS.s2, COLOURS.s3, COLOURS.s4, COLOURS.s5].map(
  ([colour]) => colour,
);
const DASHES = ["solid", "dashed", "dotted"] as const;

/** How a series is drawn: colours repeat after the sixth, with another kind of line. */
export interface SeriesLook {
  /** For ECharts. */
  readonly colour: string;
  /** For the page: the number of the colour. */
  readonly number: number;
  readonly dash: (typeof DASHES)[number];
}

/** The look of series `index`. */
export function seriesLook(index: number): SeriesLook {
  const number = index % SERIES.length;
  const round = Math.floor(index / SERIES.length) % DASHES.length;
  return { colour: SERIES[number] ?? INK, number, dash: DASHES[round] ?? "solid" };
}

/** The colour of series `index`. */
export function seriesColour(index: number): string {
  return seriesLook(index).colour;
}

/** Draws a chart; its texts are escaped by ECharts. */
export function drawChart(option: ChartOption, height = HEIGHT): Html {
  const chart = createChart(WIDTH, height);
  try {
    const series = option.series.map((one) => ({ ...one, ...STILL }));
    chart.setOption({ animation: false, backgroundColor: "transparent", textStyle: TEXT, ...option, series });
    return Html.trusted(withVariables(briefly(still(chart.renderToSVGString({ useViewBox: true })))));
  } finally {
    chart.dispose();
  }
}

/** Nothing reacts to the mouse, and nothing lies outside of the plot. */
const STILL = { silent: true, clip: false, emphasis: { disabled: true } };

const TEXT = { fontFamily: "system-ui, sans-serif", color: INK };

/** Without what ECharts adds for the mouse and for clipping: a page has many charts, whose names there would collide. */
function still(svg: string): string {
  return without(without(svg, "style"), "defs").replace(
    / (?:ecmeta_\w+|clip-path|class|pointer-events)="[^"]*"/g,
    "",
  );
}

/** Without the only element of a kind. */
function without(svg: string, element: string): string {
  const [start, end] = [svg.lastIndexOf(`<${element} `), svg.lastIndexOf(`</${element}>`)];
  return start === -1 || end < start ? svg : svg.slice(0, start) + svg.slice(end + element.length + 3);
}

/** A hundredth of a pixel is enough for a path. */
function briefly(svg: string): string {
  return svg.replace(/ d="[^"]*"/g, (path) => path.replace(/(\.\d\d)\d+/g, "$1"));
}

function withVariables(svg: string): string {
  let text = svg.replace(/^<svg width="\d+" height="\d+"/, "<svg");
  for (const [name, [colour, light]] of Object.entries(COLOURS)) {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    const variable = `var(--${name},${light})`;
    text = text.replaceAll(colour, variable).replaceAll(`rgb(${r},${g},${b})`, variable);
  }
  return text;
}

/** Where the plot lies in a chart: room for the labels and the names of the axes. */
export function plotGrid(room: { readonly left?: number; readonly bottom?: number } = {}): object {
  return { left: 56, right: 14, top: 10, bottom: 42, ...room };
}

/** An axis in the page's style. */
export function valueAxis(options: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "value",
    axisLine: { show: true, lineStyle: { color: MUTED, width: 0.8 } },
    axisTick: { show: false },
    axisLabel: { color: MUTED, fontSize: 11 },
    splitLine: { show: false },
    nameTextStyle: { color: MUTED, fontSize: 11 },
    nameLocation: "middle",
    ...options,
  };
}

/** A value axis with the ticks of a scale, its name beside it. */
export function scaleAxis(
  scale: Scale,
  way: "level" | "upright",
  ticks: readonly number[] = ticksOf(scale),
): Record<string, unknown> {
  const { min, max, interval, name, format } = scale;
  return valueAxis({
    ...{ min, max, interval, name },
    nameGap: way === "level" ? 24 : 42,
    axisLabel: { color: MUTED, fontSize: 11, formatter: format, customValues: ticks },
    ...(way === "upright" && {
      axisLine: { show: false },
      splitLine: { show: true, lineStyle: { color: LINE, width: 0.6 } },
    }),
  });
}

/** A level axis over whole numbers, from and to exactly these ends. */
export function wholeAxis(label: string, from: number, to: number): Record<string, unknown> {
  const scale = scaleOf([to], { label }, { min: 0, whole: true, ticks: 6 });
  const ticks = ticksOf(scale).filter((tick) => tick >= from && tick <= to);
  return { ...scaleAxis({ ...scale, min: from, max: to }, "level", ticks), interval: undefined };
}

/** The axis of time steps 1 .. `steps`, with a little room at both ends. */
export function timeAxis(steps: number): Record<string, unknown> {
  return wholeAxis("time step", 0.5, steps + 0.5);
}

/** Points of a plot: the middle of each mark. */
export type Points = readonly (readonly [number, number])[];

/** Marks of one size and colour, which may be thousands. */
export function marks(
  points: Points,
  look: { readonly color: string; readonly size: readonly [number, number]; readonly opacity?: number },
): Record<string, unknown> {
  const {
    color,
    size: [width, height],
    opacity = 1,
  } = look;
  return strokes(points, width, { stroke: color, lineWidth: height, opacity });
}

/** Round marks. */
export function dots(
  points: Points,
  { color, size }: { readonly color: string; readonly size: number },
): Record<string, unknown> {
  return strokes(points, 0.1, { stroke: color, lineWidth: size, lineCap: "round" });
}

/** Upright strokes from zero to each point. */
export function stems(
  points: Points,
  { color, width }: { readonly color: string; readonly width: number },
): Record<string, unknown> {
  return path(points, { stroke: color, lineWidth: width }, (point, plot) => {
    const [x = 0, top = 0] = plot.coord(point);
    const [, bottom = 0] = plot.coord([point[0], 0]);
    return `M${tenth(x)} ${tenth(bottom)}V${tenth(top)}`;
  });
}

/** Upright strokes from one value to another: [x, from, to]. */
export function bars(
  spans: readonly (readonly [number, number, number])[],
  { color, width }: { readonly color: string; readonly width: number },
): Record<string, unknown> {
  return path(spans, { stroke: color, lineWidth: width }, ([at, from, to], plot) => {
    const [x = 0, start = 0] = plot.coord([at, from]);
    const [, end = 0] = plot.coord([at, to]);
    return `M${tenth(x)} ${tenth(start)}V${tenth(end)}`;
  });
}

/** Level strokes. */
function strokes(points: Points, length: number, style: object): Record<string, unknown> {
  return path(points, style, (point, plot) => {
    const [x = 0, y = 0] = plot.coord(point);
    return `M${tenth(x - length / 2)} ${tenth(y)}H${tenth(x + length / 2)}`;
  });
}

/** Where a plot has its points. */
interface Plot {
  coord(point: readonly number[]): number[];
}

/** All points as a single path, which is far shorter than an element for each. */
function path<P extends readonly number[]>(
  points: readonly P[],
  style: object,
  stroke: (point: P, plot: Plot) => string,
): Record<string, unknown> {
  const draw = (_: unknown, plot: Plot): object => {
    const pathData = points.map((point) => stroke(point, plot)).join("");
    return { type: "path", shape: { pathData }, style: { fill: "none", ...style } };
  };
  return { type: "custom", renderItem: draw, data: points.length === 0 ? [] : [[0, 0]] };
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}

function lightColour(name: string): string {
  const [, colour] = Object.entries(COLOURS).find(([role]) => role === name) ?? [];
  return colour?.[1] ?? COLOURS.ink[1];
}

/** Draws a chart that is a file of its own: light, with a ground, and no names of a page. */
export function standalone(picture: Html, label: string): string {
  const [, width = "", height = ""] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(picture.toString()) ?? [];
  const svg = picture.toString().replace(/var\(--(\w+)(?:,#\w+)?\)/g, (_, name: string) => lightColour(name));
  const title = html`<title>${label}</title><rect width="${width}" height="${height}" fill="#ffffff" />`;
  return svg.replace(/^<svg[^>]*>/, (start) => `${start}${title.toString()}`);
}
