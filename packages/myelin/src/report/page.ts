/** The frame of a report: one HTML file that loads nothing. */

/** A part of the page with a heading. */
export interface Section {
  readonly title: string;
  /** A sentence under the heading. */
  readonly note?: string;
  readonly body: string;
}

/** A cell of a key-value table: name and value. */
export type Row = readonly [string, string];

/** Makes text safe inside HTML. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** A chart with a caption. */
export function figure(caption: string, svg: string): string {
  const label = escapeHtml(caption);
  return `<figure role="img" aria-label="${label}"><figcaption>${label}</figcaption>${svg}</figure>`;
}

/** The charts that could be drawn, with their captions. */
export function drawn(charts: readonly (readonly [string, string | undefined])[]): string[] {
  return charts.flatMap(([caption, svg]) => (svg === undefined ? [] : [figure(caption, svg)]));
}

/** Parts side by side, as many in a row as fit. */
export function grid(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `<div class="grid">${parts.join("")}</div>`;
}

/** A table of names and values. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${lines.join("")}</table>`;
}

/** Large numbers in a row. */
export function tiles(rows: readonly Row[]): string {
  const items = rows.map(
    ([name, value]) => `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`,
  );
  return `<div class="tiles">${items.join("")}</div>`;
}

/** The whole page. */
export function page(title: string, subtitle: string, sections: readonly Section[]): string {
  const body = sections.map(
    ({ title: heading, note, body: content }) =>
      `<section><h2>${escapeHtml(heading)}</h2>${note === undefined ? "" : `<p class="note">${escapeHtml(note)}</p>`}${content}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - Myelin</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(subtitle)}</p></header>
${body.join("\n")}
</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1c2430; --muted: #66707f; --line: #d9dee6;
  --s0: #2563c4; --s1: #d9720f; --s2: #14866d; --s3: #b3307c; --s4: #7a52c7; --s5: #7d6a14; }
@media (prefers-color-scheme: dark) { :root {
  --page: #11151b; --card: #191f28; --ink: #e6eaf0; --muted: #95a0b0; --line: #323b48;
  --s0: #6ea8ff; --s1: #ffab5c; --s2: #4fd0b0; --s3: #f283bd; --s4: #b79bff; --s5: #d9c35a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 20px 64px; }
header h1 { margin: 0; font-size: 28px; letter-spacing: -0.01em; }
header p, .note { margin: 4px 0 0; color: var(--muted); }
section { margin-top: 32px; }
h2 { margin: 0 0 4px; font-size: 18px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 20px; }
.tile, figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 14px 16px; }
.tile b { display: block; font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { color: var(--muted); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; margin-top: 12px; align-items: start; }
figure { margin: 0; padding: 14px 16px 8px; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 8px; }
figure svg { display: block; width: 100%; height: auto; }
.picture { width: 150px; border-radius: 8px; display: block; image-rendering: pixelated; }
.ground { fill: var(--page); }
.strip { display: flex; gap: 14px; flex-wrap: wrap; margin: 8px 0; }
.strip small { display: block; color: var(--muted); text-align: center; margin-top: 2px; }
.strip .picture { width: 132px; border: 1px solid var(--line); }
.strip.wide .picture { width: 210px; }
.sample { display: flex; gap: 20px; align-items: center; margin: 12px 0 16px; flex-wrap: wrap; }
.sample p { margin: 0; font-size: 17px; }
.card { padding: 6px 16px; overflow-x: auto; }
.card.wide { margin-top: 12px; }
.card ul { margin: 8px 0; padding-left: 18px; columns: 3 360px; }
a { color: var(--s0); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child th, tr:last-child td { border-bottom: 0; }
th { font-weight: 500; color: var(--muted); white-space: nowrap; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
@media print { body { background: #fff; } figure, .tile { break-inside: avoid; } }
`;
