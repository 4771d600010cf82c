/** The looks of a report, light and dark. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1c2430; --muted: #59636f; --line: #d9dee6;
  --s0: #2563c4; --s1: #c8620a; --s2: #0f8268; --s3: #b3307c; --s4: #7a52c7; --s5: #7d6a14; --cell: 0.65; }
@media screen and (prefers-color-scheme: dark) { :root {
  --page: #11151b; --card: #191f28; --ink: #e6eaf0; --muted: #a2adbc; --line: #323b48;
  --s0: #6ea8ff; --s1: #ffab5c; --s2: #4fd0b0; --s3: #f283bd; --s4: #b79bff; --s5: #d9c35a; --cell: 0.42; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1220px; margin: 0 auto; padding: 32px 20px 64px; }
header h1 { margin: 0; font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; }
header p, .note { margin: 4px 0 0; color: var(--muted); }
section { margin-top: 36px; }
h2 { margin: 0 0 4px; font-size: 19px; }
h3 { margin: 0 0 2px; font-size: 12px; font-weight: 600; }
a { color: var(--s0); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 12px; }
.tile, figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 14px 16px; }
.tile b { display: block; font-size: 22px; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { display: block; color: var(--muted); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
  gap: 16px; margin-top: 12px; }
.grid.pair { grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
figure { margin: 0; padding: 14px 16px 10px; min-width: 0; }
figcaption { font-weight: 600; line-height: 1.3; margin-bottom: 6px; }
figure .note { font-size: 13px; line-height: 1.35; margin: -2px 0 6px; }
figure svg { display: block; width: 100%; height: auto; }
.band + .band { margin-top: 10px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 4px; padding: 0;
  font-size: 12px; line-height: 1.5; }
.legend li { display: flex; align-items: center; gap: 6px; min-width: 0; }
.legend i { flex: none; width: 16px; height: 0; border-top: 3px solid var(--ink); }
.legend i.filled { width: 10px; height: 10px; border-top-width: 10px; }
.legend i.c0 { border-top-color: var(--s0); } .legend i.c1 { border-top-color: var(--s1); }
.legend i.c2 { border-top-color: var(--s2); } .legend i.c3 { border-top-color: var(--s3); }
.legend i.c4 { border-top-color: var(--s4); } .legend i.c5 { border-top-color: var(--s5); }
.legend i.dashed { border-top-style: dashed; } .legend i.dotted { border-top-style: dotted; }
.legend i.muted { border-top-color: var(--muted); }
.legend i.threshold { border-top: 1.5px dashed var(--muted); }
.legend i.spike { position: relative; width: 8px; height: 14px; border: 0; border-right: 1.5px solid var(--ink); }
.legend i.spike::before { content: ""; position: absolute; top: 0; right: -4px; width: 6px; height: 6px;
  border-radius: 3px; background: var(--ink); }
.bar { display: flex; align-items: center; gap: 6px; font-size: 12px; margin: 2px 0; }
.bar span:first-child:not(:empty) { color: var(--muted); margin-right: 4px; }
.bar i { flex: none; width: 84px; height: 9px; border: 1px solid var(--line); }
.bar i.s0 { background: linear-gradient(to right, var(--page), var(--s0)); }
.bar i.s1 { background: linear-gradient(to right, var(--page), var(--s1)); }
.bar i.s2 { background: linear-gradient(to right, var(--page), var(--s2)); }
.bar i.ink { background: linear-gradient(to right, var(--page), var(--ink)); }
.picture { width: 132px; border-radius: 6px; display: block; image-rendering: pixelated; }
.ground { fill: var(--page); }
.strip { display: flex; gap: 10px; flex-wrap: wrap; margin: 4px 0 6px; }
.strip > div { flex: 1 1 92px; min-width: 72px; max-width: 170px; }
.strip.two > div { flex: 1 1 120px; max-width: 220px; }
.strip small { display: block; color: var(--muted); font-size: 12px; line-height: 1.3; margin-top: 3px; }
.strip .picture { width: 100%; border: 1px solid var(--line); }
.samples { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
.samples > input { position: absolute; opacity: 0; pointer-events: none; }
.samples > label { order: 0; cursor: pointer; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 6px 12px; font-size: 14px; max-width: 100%; display: flex; align-items: center; gap: 8px; }
.samples > label .picture { width: 28px; border-radius: 3px; }
.samples > label small { color: var(--muted); }
.samples > input:checked + label { border-color: var(--s0); box-shadow: inset 0 0 0 1px var(--s0); font-weight: 600; }
.samples > input:focus-visible + label { outline: 3px solid var(--s0); outline-offset: 2px; }
.samples > .panel { order: 1; flex: 0 0 100%; min-width: 0; display: none; }
.samples > input:checked + label + .panel { display: block; }
.sample { display: flex; gap: 20px; align-items: center; margin: 8px 0 12px; flex-wrap: wrap; }
.sample p { margin: 0; font-size: 17px; }
.card { padding: 6px 16px; min-width: 0; }
section > .card { margin-top: 12px; }
.card.links ul { margin: 8px 0; padding-left: 18px; columns: 3 320px; }
.fineprint { margin: 10px 0 0; padding-left: 18px; color: var(--muted); font-size: 13px; columns: 2 420px; column-gap: 32px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child th, tr:last-child td { border-bottom: 0; }
th { font-weight: 500; color: var(--muted); }
td { font-variant-numeric: tabular-nums; }
.rows th { width: 55%; }
.rows td { text-align: right; padding-right: 0; }
.headed thead th { border-bottom: 1px solid var(--line); }
.scores th { width: 34%; padding: 3px 8px 3px 0; } .scores td { padding: 3px 0; vertical-align: middle; border: 0; }
.scores th { border: 0; color: var(--ink); } .scores td:last-child { width: 4.5em; text-align: right; }
.scores svg { display: block; width: 100%; height: 10px; } .scores rect { fill: var(--s0); }
.scores .label rect { fill: var(--s2); } .scores .label th { font-weight: 700; }
pre { overflow-x: auto; margin: 8px 0; font: 13px/1.45 ui-monospace, Menlo, Consolas, monospace; }
.bar i.soft { opacity: var(--cell); }
.cell { fill: var(--s0); opacity: var(--cell); } .cell.right { fill: var(--s2); }
.matrix text { fill: var(--ink); font-family: system-ui, sans-serif; }
.matrix text.axis { fill: var(--muted); } .matrix .frame { fill: var(--page); }
.scroll { overflow: auto; max-height: 75vh; } .scroll svg { min-width: var(--least); }
.sortable th { cursor: pointer; white-space: nowrap; } .sortable thead th { position: sticky; top: 0; background: var(--card); }
.sortable th[aria-sort="ascending"]::after { content: " \\2191"; } .sortable th[aria-sort="descending"]::after { content: " \\2193"; }
.ways path { fill: none; stroke: var(--s0); stroke-width: 1.4; opacity: var(--weight); }
.ways path.best { stroke: var(--s1); stroke-width: 2.6; opacity: 1; }
.ways line { stroke: var(--muted); stroke-width: 0.8; } .ways text { paint-order: stroke; stroke: var(--card); stroke-width: 3px; fill: var(--muted); font: 11px system-ui, sans-serif; }
.ways text.name { fill: var(--ink); font-weight: 600; }
@media (min-width: 740px) { figure.wide { grid-column: span 2; } }
@media (max-width: 740px) {
  main { padding: 20px 12px 48px; }
  header h1 { font-size: 23px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tile { padding: 10px 12px; } .tile b { font-size: 19px; }
  figure { padding: 12px 10px 8px; } .card { padding: 4px 12px; }
  .headed thead { display: none; }
  .headed, .headed tbody, .headed tr, .headed td { display: block; width: 100%; }
  .headed tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  .headed.sortable thead { display: block; } .headed.sortable thead tr { display: flex; flex-wrap: wrap; gap: 0 14px; }
  .headed.sortable thead th { position: static; border: 0; padding: 2px 0; text-decoration: underline; }
  .headed tr:last-child { border-bottom: 0; }
  .headed td { display: flex; justify-content: space-between; gap: 16px; border: 0; padding: 2px 0; text-align: right; }
  .headed td::before { content: attr(data-label); color: var(--muted); text-align: left; }
}
@media print {
  :root { color-scheme: light; } body { background: #fff; } main { max-width: none; padding: 0; }
  figure, .tile, .card { break-inside: avoid; }
}
`;
