/** Charts as SVG texts, drawn by ECharts without a document. */
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  SVGRenderer,
]);

/** An ECharts option object. */
export type ChartOption = echarts.EChartsCoreOption;

/**
 * Stand-ins that become CSS variables in the finished SVG, so that one picture serves light and dark
 * pages. They must be colours that ECharts can parse and that nothing else uses.
 */
const COLOURS = {
  ink: "#010203",
  muted: "#010204",
  line: "#010205",
  s0: "#010210",
  s1: "#010211",
  s2: "#010212",
  s3: "#010213",
  s4: "#010214",
  s5: "#010215",
} as const;

/** Colours of the page, by role. */
export const INK = COLOURS.ink;
export const MUTED = COLOURS.muted;
export const LINE = COLOURS.line;
/** Colours of series, in order. */
export const SERIES: readonly string[] = [
  COLOURS.s0,
  COLOURS.s1,
  COLOURS.s2,
  COLOURS.s3,
  COLOURS.s4,
  COLOURS.s5,
];

/** The colour of series `index`; they repeat after the sixth. */
export function seriesColour(index: number): string {
  return SERIES[index % SERIES.length] ?? INK;
}

/** Draws a chart. */
export function drawChart(option: ChartOption, width: number, height: number): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: "transparent", textStyle: TEXT, ...option });
    return withVariables(chart.renderToSVGString({ useViewBox: true }));
  } finally {
    chart.dispose();
  }
}

const TEXT = { fontFamily: "inherit", color: COLOURS.ink };

function withVariables(svg: string): string {
  let text = svg.replace(/^<svg width="\d+" height="\d+"/, "<svg");
  for (const [name, colour] of Object.entries(COLOURS)) {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    text = text.replaceAll(colour, `var(--${name})`).replaceAll(`rgb(${r},${g},${b})`, `var(--${name})`);
  }
  return text;
}

/** A value axis in the page's style. */
export function valueAxis(options: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "value",
    scale: true,
    axisLine: { lineStyle: { color: LINE } },
    axisTick: { show: false },
    axisLabel: { color: MUTED, fontSize: 11 },
    splitLine: { lineStyle: { color: LINE, width: 0.6 } },
    nameTextStyle: { color: MUTED, fontSize: 11 },
    nameLocation: "middle",
    ...options,
  };
}

/** A legend line above the plot. */
export function legend(names: readonly string[]): Record<string, unknown> {
  return {
    data: [...names],
    top: 0,
    left: 0,
    icon: "roundRect",
    itemGap: 24,
    itemWidth: 14,
    itemHeight: 4,
    textStyle: { color: INK, fontSize: 12 },
  };
}
