/** Charts of a structure that evolves. */
import { count } from "../format.ts";
import type { InputMap, RunRecord } from "../records/index.ts";
import { html } from "./html.ts";
import { colourBar } from "./legend.ts";
import { layerCurves, lineChart, NO_CHART, type Chart } from "./line-chart.ts";
import { PERCENT } from "./scale.ts";
import { largest, squares } from "./squares.ts";

/** Share of connections of each sparse layer over the training; no picture without sparse layers. */
export function densityChart(run: RunRecord): Chart {
  return layersChart(run, "density", "connections that exist");
}

/** Share of connections that are new in each epoch, by layer; no picture without sparse layers. */
export function turnoverChart(run: RunRecord): Chart {
  return layersChart(run, "turnover", "new connections");
}

/** Share of possible connections that existed at some time, by layer; no picture without sparse layers. */
export function everActiveChart(run: RunRecord): Chart {
  return layersChart(run, "everActive", "ever active");
}

/** How many connections look at each input pixel, a picture per epoch, all on the same scale. */
export function inputMapPictures(maps: readonly InputMap[]): Chart {
  if (maps.length === 0) return NO_CHART;
  const full = Math.max(1, ...maps.map(({ connections }) => largest(connections)));
  const pictures = maps.map(({ epoch, height, width, connections }) => {
    const label = epoch === 0 ? "before" : `epoch ${epoch}`;
    const picture = squares(label, [{ height, width, values: connections, colour: "s2", full }]);
    return html`<div>${picture}<small>${label}</small></div>`;
  });
  return {
    picture: html`<div class="strip">${pictures}</div>`,
    legend: colourBar("s2", "0", count(full), "connections per pixel"),
  };
}

function layersChart(run: RunRecord, key: "density" | "turnover" | "everActive", label: string): Chart {
  return lineChart(layerCurves(run, key), { label, ...PERCENT, min: 0 });
}
