/** Parallel coordinates: an upright axis for each setting and objective, a line for each point. */
import { html, type Html } from "./html.ts";
import type { ValueAxis } from "./sweep-axis.ts";

const HEIGHT = 300;
const TOP = 34;
const BOTTOM = 18;
/** Between two axes. */
const GAP = 120;
const SIDE = 60;

/** A line through all axes. */
export interface Way {
  /** A value for each axis. */
  readonly values: readonly unknown[];
  /** How well it did, from 0 to 1. */
  readonly merit: number;
  readonly isBest: boolean;
}

/** Draws ways through axes; the best one comes last, above the others. */
export function parallelCoordinates(axes: readonly ValueAxis[], ways: readonly Way[]): Html {
  const width = 2 * SIDE + GAP * (axes.length - 1);
  const ordered = [...ways].sort((a, b) => Number(a.isBest) - Number(b.isBest) || a.merit - b.merit);
  return html`<div class="scroll">
    <svg class="ways" viewBox="0 0 ${width} ${HEIGHT}" style="--least:${Math.min(width, 900)}px">
      ${ordered.map((way) => pathOf(axes, way))}${axes.map(axisAt)}
    </svg>
  </div>`;
}

function pathOf(axes: readonly ValueAxis[], { values, merit, isBest }: Way): Html {
  const points = axes.flatMap((axis, i) => {
    const place = axis.place(values[i]);
    return place === undefined ? [] : [`${SIDE + i * GAP} ${heightOf(axis, place)}`];
  });
  const weight = (0.08 + 0.6 * merit ** 2).toFixed(2);
  return html`<path
    class="${isBest ? "best" : "way"}"
    style="--weight:${weight}"
    d="M${points.join("L")}"
  />`;
}

function axisAt(axis: ValueAxis, index: number): Html {
  const x = SIDE + index * GAP;
  const ticks = axis.ticks.map(
    (tick) => html`<text x="${x + 5}" y="${heightOf(axis, tick) + 4}">${axis.scale.format(tick)}</text>`,
  );
  // Names of neighbours stand on two levels, as they are longer than the way between axes.
  const level = index % 2 === 0 ? 12 : 25;
  return html`<line x1="${x}" x2="${x}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" /><text
      class="name"
      text-anchor="middle"
      x="${x}"
      y="${level}"
      >${axis.name}</text
    >${ticks}`;
}

function heightOf({ scale: { min, max } }: ValueAxis, place: number): number {
  const share = (place - min) / (max - min);
  return Math.round(10 * (HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP))) / 10;
}
