/** Pictures made of squares, as SVG without scripts. */
import { html, type Html } from "./html.ts";

/** Numbers on a grid, row by row. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/** A grid drawn in one colour. */
export interface Layer extends Grid {
  /** A colour of the page. */
  readonly colour: "s0" | "s1" | "s2" | "ink";
  /** The value that is drawn solid; the largest one when absent. */
  readonly full?: number;
  /** The value that is not drawn; 0 when absent. */
  readonly empty?: number;
}

/** Shades of a colour: few, so that squares of one shade can share one path. */
const SHADES = 12;

/** Layers of squares one above the other, each stretched over the whole picture. */
export function squares(label: string, layers: readonly Layer[]): Html {
  const width = Math.max(...layers.map((layer) => layer.width));
  const height = Math.max(...layers.map((layer) => layer.height));
  const groups = layers.map((layer) => {
    const scale = `scale(${round(width / layer.width)} ${round(height / layer.height)})`;
    return html`<g transform="${scale}" fill="var(--${layer.colour})">${shades(layer)}</g>`;
  });
  return picture(label, { width, height }, [
    html`<rect class="ground" width="${width}" height="${height}" />`,
    ...groups,
  ]);
}

/** A drawing whose unit is a pixel of the picture, with sharp edges. */
export function picture(
  label: string,
  { width, height }: Omit<Grid, "values">,
  parts: readonly Html[],
): Html {
  return html`<svg
    class="picture"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${label}"
    shape-rendering="crispEdges"
  >
    ${parts}
  </svg>`;
}

/** The outline of the square of value `i`, row by row. */
export function squareAt(i: number, width: number): string {
  return `M${i % width} ${Math.floor(i / width)}h1v1h-1z`;
}

function shades(layer: Layer): Html[] {
  const { width, values, empty = 0 } = layer;
  const full = layer.full ?? largest(values);
  const paths = Array.from({ length: SHADES }, () => "");
  for (let i = 0; i < values.length; i++) {
    const share = ((values[i] ?? 0) - empty) / (full - empty);
    const shade = Math.min(SHADES, Math.ceil(share * SHADES)) - 1;
    if (full > empty && shade >= 0) paths[shade] += squareAt(i, width);
  }
  return paths.flatMap((path, shade) =>
    path === "" ? [] : [html`<path opacity="${round((shade + 1) / SHADES)}" d="${path}" />`],
  );
}

/** The largest of the values, at least 0. */
export function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, value), 0);
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
