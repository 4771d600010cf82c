/** Sections for what a method changes during training: delays, structure. */
import type { RunRecord } from "../records/index.ts";
import { delayHistogram, delayMovesChart, sigmaChart } from "./delays.ts";
import { figure, grid, type Section } from "./page.ts";
import { densityChart, everActiveChart, inputMapPictures, turnoverChart } from "./structure.ts";

/** Delays before and after training; undefined without delays. */
export function delaySection(run: RunRecord): Section | undefined {
  const layers = run.pictures?.delays ?? [];
  return sectionOf("Delays", [
    ...layers.map((layer) => figure({ caption: `Delays of ${layer.name}`, ...delayHistogram(layer) })),
    figure({ caption: "Mean distance that positions moved in each epoch", ...delayMovesChart(run) }),
    figure({ caption: "Sigma: width of the bumps during training", ...sigmaChart(run) }),
  ]);
}

/** Where connections are and how they change; undefined without a sparse structure. */
export function structureSection(run: RunRecord): Section | undefined {
  const turnover = "Turnover of each layer: connections that did not exist an epoch before";
  const maps = inputMapPictures(run.pictures?.inputMaps ?? []);
  return sectionOf("Structure", [
    figure({ caption: "Density of each layer", ...densityChart(run) }),
    figure({ caption: turnover, ...turnoverChart(run) }),
    figure({ caption: "Connections that existed at the end of some epoch", ...everActiveChart(run) }),
    figure({ caption: "Connections that look at each input pixel", ...maps, wide: true }),
  ]);
}

function sectionOf(title: string, figures: Parameters<typeof grid>[0]): Section | undefined {
  const body = grid(figures);
  return String(body) === "" ? undefined : { title, body };
}
