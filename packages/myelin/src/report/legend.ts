/** What the colours of a picture mean. */
import { seriesLook } from "./chart.ts";
import { html, type Html } from "./html.ts";

/** A name and the look that stands for it. */
export interface Key {
  readonly name: string;
  /** A series by its number, or one of the marks that have a look of their own. */
  readonly look: number | "threshold" | "spike" | "ink" | "muted";
  /** A filled square instead of a line. */
  readonly filled?: boolean;
}

/** A line of names, each behind its colour. */
export function legend(keys: readonly Key[]): Html {
  const items = keys.map(({ name, look, filled = false }) => {
    const kind = typeof look === "number" ? `c${seriesLook(look).number} ${seriesLook(look).dash}` : look;
    return html`<li><i class="${kind}${filled ? " filled" : ""}"></i>${name}</li>`;
  });
  return html`<ul class="legend">
    ${items}
  </ul>`;
}

/** Names of series in order. */
export function seriesLegend(names: readonly string[], filled = false): Html {
  return legend(names.map((name, look) => ({ name, look, filled })));
}

/** A colour from empty to full with what both ends stand for; soft where numbers are written over it. */
export function colourBar(
  colour: "s0" | "s1" | "s2" | "ink" | "s0 soft" | "s2 soft",
  low: string,
  high: string,
  name = "",
): Html {
  return html`<div class="bar">
    <span>${name}</span><span>${low}</span><i class="${colour}"></i><span>${high}</span>
  </div>`;
}
