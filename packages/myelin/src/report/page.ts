/** The frame of a report: one HTML file that loads nothing and runs nothing. */
import { createHash } from "node:crypto";
import { EMPTY, Html, html, type Content } from "./html.ts";
import { STYLE } from "./style.ts";

/** A part of the page with a heading. */
export interface Section {
  readonly title: string;
  /** A sentence under the heading. */
  readonly note?: string | undefined;
  readonly body: Content;
}

/** A line of a table: name and value. */
export type Row = readonly [name: string, value: string];

/** A chart with its words. */
export interface Figure {
  readonly caption: string;
  readonly picture: Html | undefined;
  /** What its colours mean. */
  readonly legend?: Html | undefined;
  /** A sentence under the caption. */
  readonly note?: string | undefined;
  /** Takes the room of two. */
  readonly wide?: boolean;
}

/** A chart with a caption; nothing where there is no picture. */
export function figure({ caption, picture, legend, note, wide = false }: Figure): Html {
  if (picture === undefined) return EMPTY;
  return html`<figure class="${wide ? "wide" : "plain"}">
    <figcaption>${caption}</figcaption>
    ${note === undefined ? EMPTY : html`<p class="note">${note}</p>`}${legend}
    <div role="img" aria-label="${caption}">${picture}</div>
  </figure>`;
}

/** Parts side by side, as many in a row as fit. */
export function grid(parts: readonly Html[]): Html {
  const there = parts.filter((part) => String(part) !== "");
  return there.length === 0 ? EMPTY : html`<div class="grid">${there}</div>`;
}

/** A table of names and values. */
export function table(rows: readonly Row[]): Html {
  const lines = rows.map(
    ([name, value]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr>`,
  );
  return html`<table class="rows">
    ${lines}
  </table>`;
}

/**
 * A table with a head; on narrow pages each line becomes a block that repeats the head.
 *
 * @param kind another class, which scripts and styles know
 */
export function headedTable([head = [], ...rows]: readonly (readonly string[])[], kind = "plain"): Html {
  const line = (cells: readonly string[]): Html =>
    html`<tr>
      ${cells.map((cell, i) => html`<td data-label="${head[i]}">${cell}</td>`)}
    </tr>`;
  const names = head.map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="headed ${kind}">
    <thead>
      <tr>
        ${names}
      </tr>
    </thead>
    <tbody>
      ${rows.map(line)}
    </tbody>
  </table>`;
}

/** A box around something. */
export function card(body: Content): Html {
  return html`<div class="card">${body}</div>`;
}

/** Two parts side by side where there is room. */
export function pair(parts: readonly Html[]): Html {
  return html`<div class="grid pair">${parts}</div>`;
}

/** Rows in tables side by side. */
export function cards(rows: readonly Row[]): Html {
  const half = Math.ceil(rows.length / 2);
  const halves = [rows.slice(0, half), rows.slice(half)].filter((part) => part.length > 0);
  return pair(halves.map((part) => card(table(part))));
}

/** Large numbers in a row. */
export function tiles(rows: readonly Row[]): Html {
  const items = rows.map(
    ([name, value]) => html`<div class="tile"><b>${value}</b><span>${name}</span></div>`,
  );
  return html`<div class="tiles">${items}</div>`;
}

/** Nothing may be loaded or run but a script of ours; the style is this one, or an attribute of an element. */
function policy(script: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    "style-src-attr 'unsafe-inline'",
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** To the letter: the policy knows its hash. */
const STYLE_ELEMENT = Html.trusted(`<style>${STYLE}</style>`);

/**
 * The whole page.
 *
 * @param script a constant, the only one that runs; without it the page is complete, but still
 */
export function page(title: string, subtitle: string, sections: readonly Section[], script?: string): string {
  const body = sections.map(
    ({ title: heading, note, body: content }) =>
      html`<section>
        <h2>${heading}</h2>
        ${note === undefined ? EMPTY : html`<p class="note">${note}</p>`}${content}
      </section> `,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} - Myelin</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            <p>${subtitle}</p>
          </header>
          ${body}
        </main>
        ${script === undefined ? EMPTY : Html.trusted(`<script>${script}</script>`)}
      </body>
    </html> `.toString();
}
