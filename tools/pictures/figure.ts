/** Panels side by side with their titles and one legend below, as an SVG file of its own. */
import { seriesLook, standalone } from "../../packages/myelin/src/report/chart.ts";
import { html, Html } from "../../packages/myelin/src/report/html.ts";

/** One plot of a figure. */
export interface Panel {
  readonly title?: string;
  /** An SVG with a view box. */
  readonly picture: Html;
  /** How wide it is drawn; as wide as its view box if left out. */
  readonly width?: number;
}

/** What a colour stands for: the number of a series, or a role of the page. */
export interface Key {
  readonly name: string;
  readonly look: number | "ink" | "muted";
}

/** How panels are put together. */
export interface Arrangement {
  /** Panels in a row; all if left out. */
  readonly columns?: number;
  readonly legend?: readonly Key[];
}

const TITLE = 22;
const LEGEND = 20;
const MARGIN = 8;
/** Width of a letter of 12 px, about. */
const LETTER = 6.4;

/**
 * Draws a figure.
 *
 * @param label what it shows, for those who cannot see it
 */
export function figure(label: string, panels: readonly Panel[], arrangement: Arrangement = {}): string {
  const { columns = panels.length, legend = [] } = arrangement;
  const parts: Html[] = [];
  let [top, width] = [MARGIN, 0];
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns).map((panel) => ({ panel, size: sizeOf(panel) }));
    const titled = row.some(({ panel }) => panel.title !== undefined) ? TITLE : 0;
    let left = MARGIN;
    for (const { panel, size } of row) {
      if (panel.title !== undefined) parts.push(text(panel.title, left + 4, top + 14));
      parts.push(placed(panel.picture, { left, top: top + titled, ...size }));
      left += size.width + MARGIN;
    }
    top += titled + Math.max(...row.map(({ size }) => size.height)) + MARGIN;
    width = Math.max(width, left);
  }
  const { marks, rows } = keys(legend, width, top + 12);
  parts.push(...marks);
  top += rows * LEGEND + (rows > 0 ? 6 : 0);
  const picture = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${round(width)}"
    height="${round(top)}"
    viewBox="0 0 ${round(width)} ${round(top)}"
    font-family="system-ui, sans-serif"
    font-size="12"
    role="img"
  >
    ${parts}
  </svg>`;
  // How the templates are broken into lines does not count.
  return `${standalone(picture, label).replace(/\s+/g, " ").trim()}\n`;
}

/** A row of pictures that share a title, each with a word below it. */
export function strip(
  pictures: readonly { readonly picture: Html; readonly word: string }[],
  each: number,
): Html {
  const room = each + MARGIN;
  const parts = pictures.map(({ picture, word }, i) => {
    const label = html`<text
      x="${i * room + each / 2}"
      y="${each + 14}"
      text-anchor="middle"
      font-size="11"
      fill="var(--muted)"
      >${word}</text
    >`;
    return html`${placed(picture, { left: i * room, top: 0, width: each, height: each })}${label}`;
  });
  return html`<svg viewBox="0 0 ${pictures.length * room - MARGIN} ${each + 18}">${parts}</svg>`;
}

function sizeOf({ picture, width }: Panel): { width: number; height: number } {
  const [, w = "", h = ""] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(picture.toString()) ?? [];
  const drawn = width ?? Number(w);
  return { width: drawn, height: (drawn * Number(h)) / Number(w) };
}

/** The picture at its place. */
function placed(
  picture: Html,
  { left, top, width, height }: Record<"left" | "top" | "width" | "height", number>,
): Html {
  const place = `<svg x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}"`;
  const ground = picture.toString().replace('class="ground"', 'fill="#f3f5f8"');
  return Html.trusted(ground.replace(/^<svg/, place));
}

function text(words: string, x: number, y: number): Html {
  return html`<text x="${x}" y="${y}" fill="var(--ink)">${words}</text>`;
}

/** The legend, in as many rows as it needs. */
function keys(legend: readonly Key[], width: number, y: number): { marks: Html[]; rows: number } {
  let [x, rows] = [MARGIN + 4, legend.length === 0 ? 0 : 1];
  const marks = legend.map(({ name, look }) => {
    const room = 15 + LETTER * name.length;
    if (x + room > width) [x, rows] = [MARGIN + 4, rows + 1];
    const [left, base] = [round(x), y + (rows - 1) * LEGEND];
    const colour = typeof look === "number" ? `s${seriesLook(look).number}` : look;
    x += room + 18;
    return html`<rect x="${left}" y="${base - 9}" width="10" height="10" rx="2" fill="var(--${colour})" />
      ${text(name, left + 15, base)}`;
  });
  return { marks, rows };
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
