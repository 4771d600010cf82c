/** Which classes are taken for which. */
import { count, percent, shorten } from "../format.ts";
import type { ConfusionRecord } from "../records/index.ts";
import { EMPTY, html, type Html } from "./html.ts";
import { colourBar } from "./legend.ts";
import { card, figure, headedTable, pair, type Section } from "./page.ts";

/** Of the square that the matrix fills, in its own units. */
const SIDE = 320;
/** With more classes the numbers are too small to read. */
const MAX_NUMBERS = 14;
const MAX_LABELS = 40;
/** Confusions that are listed. */
const LISTED = 8;

/** The confusion matrix with the most frequent confusions. */
export function confusionSection(record: ConfusionRecord): Section {
  const right = record.counts.reduce((sum, row, k) => sum + (row[k] ?? 0), 0);
  const all = record.counts.flat().reduce((sum, n) => sum + n, 0);
  return {
    title: "Confusion matrix",
    note: `Test set: ${count(right)} of ${count(all)} samples correct, ${percent(right / Math.max(1, all))}.`,
    body: pair([
      figure({
        caption: "Classes and what they are taken for",
        picture: matrix(record),
        legend: html`${[
          colourBar("s2 soft", "0 %", "100 %", "correct"),
          colourBar("s0 soft", "0 %", "100 %", "of a class taken for another"),
        ]}`,
      }),
      html`<div>${confusions(record)}</div>`,
    ]),
  };
}

/** Where the parts of the drawing are. */
interface Layout {
  /** Left edge of the square; its upper edge is 2. */
  readonly left: number;
  readonly cell: number;
  /** Of labels. */
  readonly fontSize: number;
  /** Length of the longest label. */
  readonly label: number;
  /** Whether the labels below have no room side by side. */
  readonly slanted: boolean;
}

function layoutOf(names: readonly string[]): Layout {
  const cell = SIDE / names.length;
  const fontSize = Math.min(11, Math.max(6, cell));
  const longest = names.length > MAX_LABELS ? 0 : Math.max(...names.map((name) => [...name].length));
  const label = 0.6 * fontSize * longest;
  return { left: 24 + label, cell, fontSize, label, slanted: label > cell };
}

function matrix({ classNames, counts }: ConfusionRecord): Html {
  const names = classNames.map((name) => shorten(name, 11));
  const layout = layoutOf(names);
  const { left, cell, label, slanted } = layout;
  const numbers = names.length <= MAX_NUMBERS;
  const cells = counts.flatMap((row, y) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.map((n, x) =>
      cellOf({
        n,
        share: n / Math.max(1, total),
        x: left + x * cell,
        y: 2 + y * cell,
        cell,
        numbers,
        right: x === y,
      }),
    );
  });
  const height = SIDE + 40 + (slanted ? 0.75 * label : 0);
  return html`<svg class="matrix" viewBox="0 0 ${round(left + SIDE + 2)} ${round(height)}">
    <rect class="frame" x="${round(left)}" y="2" width="${SIDE}" height="${SIDE}" />
    ${cells}${names.length > MAX_LABELS ? "" : labels(names, layout)}
    <text
      class="axis"
      font-size="11"
      x="${round(left + SIDE / 2)}"
      y="${round(height - 6)}"
      text-anchor="middle"
    >
      taken for
    </text>
    <text class="axis" font-size="11" text-anchor="middle" transform="translate(10 ${SIDE / 2}) rotate(-90)">
      class
    </text>
  </svg>`;
}

interface Cell {
  readonly n: number;
  /** Of the samples of its class. */
  readonly share: number;
  readonly x: number;
  readonly y: number;
  readonly cell: number;
  readonly numbers: boolean;
  readonly right: boolean;
}

function cellOf({ n, share, x, y, cell, numbers, right }: Cell): Html {
  if (n === 0) return EMPTY;
  const square = html`<rect
    class="${right ? "cell right" : "cell"}"
    x="${round(x)}"
    y="${round(y)}"
    width="${round(cell)}"
    height="${round(cell)}"
    fill-opacity="${round(0.06 + 0.94 * share)}"
  />`;
  if (!numbers) return square;
  const text = String(n);
  const size = Math.min(11, (0.9 * cell) / (0.6 * text.length));
  const [middle, base] = [round(x + cell / 2), round(y + cell / 2 + 0.36 * size)];
  return html`${square}<text font-size="${round(size)}" x="${middle}" y="${base}" text-anchor="middle"
      >${text}</text
    >`;
}

function labels(names: readonly string[], { left, cell, fontSize, slanted }: Layout): Html[] {
  return names.flatMap((name, k) => {
    const at = (k + 0.5) * cell;
    const [x, y] = [round(left + at), round(SIDE + 6 + fontSize)];
    const turn = slanted ? `rotate(-45 ${x} ${y - fontSize / 2})` : "";
    return [
      html`<text
        class="axis"
        font-size="${round(fontSize)}"
        x="${round(left - 5)}"
        y="${round(2 + at + 0.36 * fontSize)}"
        text-anchor="end"
        >${name}</text
      >`,
      html`<text
        class="axis"
        font-size="${round(fontSize)}"
        x="${x}"
        y="${y}"
        text-anchor="${slanted ? "end" : "middle"}"
        transform="${turn}"
        >${name}</text
      >`,
    ];
  });
}

function confusions({ classNames, counts }: ConfusionRecord): Html {
  const found = counts.flatMap((row, y) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.flatMap((n, x) => (x === y || n === 0 ? [] : [{ n, x, y, share: n / total }]));
  });
  const most = found.sort((a, b) => b.n - a.n).slice(0, LISTED);
  const rows = most.map(({ n, x, y, share }) => [
    shorten(classNames[y] ?? "", 40),
    shorten(classNames[x] ?? "", 40),
    count(n),
    percent(share),
  ]);
  return rows.length === 0
    ? EMPTY
    : card(headedTable([["class", "taken for", "samples", "of the class"], ...rows]));
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
