/** Sections for what a method changes during training: delays, structure. */
import type { RunRecord } from "../run/record.ts";
import { arrivalsChart, delayHistogram, delayMovesChart, sigmaChart } from "./delays.ts";
import { drawn, figure, grid, type Section } from "./page.ts";
import { densityChart, everActiveChart, inputMapPictures, turnoverChart } from "./structure.ts";

/** Delays before and after training and what they do to one sample; undefined without delays. */
export function delaySection(run: RunRecord): Section | undefined {
  const layers = run.pictures?.delays ?? [];
  const arrivals = run.sample?.arrivals;
  const figures = drawn([
    ...layers.map((layer) => [`Delays of ${layer.name}`, delayHistogram(layer)] as const),
    ["Mean distance that positions moved in each epoch", delayMovesChart(run)],
    ["Sigma: width of the bumps during training", sigmaChart(run)],
    [
      `What reaches neuron ${arrivals?.neuron ?? 0} of ${arrivals?.layer ?? ""} through its strongest connections`,
      arrivals === undefined ? undefined : arrivalsChart(arrivals),
    ],
  ]);
  if (figures.length === 0) return undefined;
  return {
    title: "Delays",
    note: "One delay a synapse. The sample of the raster is the one shown below.",
    body: grid(figures),
  };
}

/** Where connections are and how they change; undefined without a sparse structure. */
export function structureSection(run: RunRecord): Section | undefined {
  const maps = run.pictures?.inputMaps ?? [];
  const figures = drawn([
    ["Density of each layer", densityChart(run)],
    ["Turnover of each layer: connections that did not exist an epoch before", turnoverChart(run)],
    ["Connections that existed at the end of some epoch", everActiveChart(run)],
  ]);
  if (maps.length > 0) {
    figures.push(figure("Connections that look at each input pixel", inputMapPictures(maps)));
  }
  return figures.length === 0 ? undefined : { title: "Structure", body: grid(figures) };
}
