/** Several series above each other over the same steps: input, states, output. */
import { drawChart, LINE, MUTED, seriesColour, stems, valueAxis, wholeAxis } from "./chart.ts";
import type { Html } from "./html.ts";

/** A strip of a stacked chart. */
export interface Strip {
  readonly name: string;
  readonly values: readonly number[];
  /** Marks at the steps that are not zero, instead of a line. */
  readonly asStems?: boolean;
}

const TOP = 8;
const BOTTOM = 40;
const GAP = 12;
const HEIGHTS = { line: 58, stems: 22 } as const;

/** Draws the strips from top to bottom; the names stand to the left. */
export function stackedChart(strips: readonly Strip[]): Html {
  const [first] = strips;
  const steps = first?.values.length ?? 0;
  let top = TOP;
  const grids = strips.map(({ asStems = false }) => {
    const height = asStems ? HEIGHTS.stems : HEIGHTS.line;
    const grid = { left: 64, right: 14, top, height };
    top += height + GAP;
    return grid;
  });
  const option = {
    grid: grids,
    xAxis: strips.map((_, i) => levelAxis(steps, i, i === strips.length - 1)),
    yAxis: strips.map((strip, i) => ({ ...uprightAxis(strip), gridIndex: i })),
    series: strips.map((strip, i) => ({ ...series(strip, i), xAxisIndex: i, yAxisIndex: i })),
  };
  return drawChart(option, top - GAP + BOTTOM);
}

function levelAxis(steps: number, gridIndex: number, isLast: boolean): object {
  const axis = wholeAxis("time step", 0.5, steps + 0.5);
  if (isLast) return { ...axis, gridIndex };
  const hidden = { axisLabel: { show: false }, axisLine: { show: false }, name: "" };
  return { ...axis, ...hidden, gridIndex };
}

/** The least and the largest value alone, so that a low strip stays legible. */
function uprightAxis({ name, values, asStems = false }: Strip): object {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isSilent = asStems && least === 0 && most === 0;
  const [low, high] = isSilent ? [0, 1] : asStems ? [Math.min(0, least), Math.max(0, most)] : [least, most];
  const isFlat = high - low < 1e-12;
  const [min, max] = isFlat ? [low - 1, high + 1] : [low, high];
  const ticks = isFlat ? [low] : [min, max];
  return valueAxis({
    ...{ min, max, name, nameGap: 44, nameRotate: 90, interval: max - min },
    axisLine: { show: false },
    axisLabel: {
      ...{ color: MUTED, fontSize: 10, customValues: ticks },
      formatter: (value: number) => String(Number(value.toPrecision(3))),
    },
    splitLine: { show: true, lineStyle: { color: LINE, width: 0.6 } },
  });
}

function series({ values, asStems = false }: Strip, i: number): object {
  const colour = seriesColour(i);
  const points = values.map((value, t) => [t + 1, value] as const);
  if (asStems) {
    const marked = points.filter(([, value]) => value !== 0);
    return stems(marked, { color: colour, width: 1.4 });
  }
  const kept = withoutRepeats(points);
  return {
    ...{ type: "line", data: kept, showSymbol: false, color: colour },
    lineStyle: { width: 1.5, color: colour },
  };
}

/** Of a straight run of points only the ends, which draw the same. */
function withoutRepeats(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return points.filter(([, value], i) => {
    const [before, after] = [points[i - 1]?.[1], points[i + 1]?.[1]];
    if (before === undefined || after === undefined) return true;
    return Math.abs(value - before - (after - value)) > 1e-9 * (Math.abs(value) + 1);
  });
}
