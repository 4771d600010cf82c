/** Charts of a structure that evolves. */
import type { InputMap, RunRecord } from "../run/record.ts";
import { layerCurves, lineChart, percent } from "./line-chart.ts";
import { squares } from "./squares.ts";

/** Share of connections of each sparse layer over the training; undefined without sparse layers. */
export function densityChart(run: RunRecord): string | undefined {
  return layersChart(run, "density", "connections that exist");
}

/** Share of connections that are new in each epoch, by layer; undefined without sparse layers. */
export function turnoverChart(run: RunRecord): string | undefined {
  return layersChart(run, "turnover", "new connections");
}

/** Share of possible connections that existed at some time, by layer; undefined without sparse layers. */
export function everActiveChart(run: RunRecord): string | undefined {
  return layersChart(run, "everActive", "ever active");
}

/** How many connections look at each input pixel, a picture an epoch, all on the same scale. */
export function inputMapPictures(maps: readonly InputMap[]): string {
  const full = Math.max(1, ...maps.flatMap(({ connections }) => connections));
  const pictures = maps.map(({ epoch, height, width, connections }) => {
    const label = epoch === 0 ? "before" : `epoch ${epoch}`;
    const layer = { height, width, values: connections, colour: "var(--s2)", full };
    return `<div>${squares(label, [layer])}<small>${label}</small></div>`;
  });
  return `<div class="strip">${pictures.join("")}</div>`;
}

function layersChart(
  run: RunRecord,
  key: "density" | "turnover" | "everActive",
  label: string,
): string | undefined {
  return lineChart(layerCurves(run, key), { label, format: percent, min: 0 });
}
