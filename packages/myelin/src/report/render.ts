import { plural } from "../format.ts";
import { neuronTitle, totalEpochs } from "../recipe/index.ts";
import { epochLines, type RunRecord } from "../records/index.ts";
import { confusionSection } from "./confusion.ts";
import {
  accuracyChart,
  firingRateChart,
  learningRateChart,
  lossChart,
  learnedCharts,
  neuronParameterChart,
} from "./curves.ts";
import { html } from "./html.ts";
import { delaySection, structureSection } from "./methods.ts";
import { missingOf } from "./missing.ts";
import { cards, figure, grid, page, type Section } from "./page.ts";
import { operationsSection, optionRows, overviewTiles, resultRows } from "./results.ts";
import { samplesSection } from "./samples.ts";

/**
 * The report of a run as one HTML file that needs no network: results, curves, the activity of some samples and the
 * configuration. A run that has not ended gives what there is.
 */
export function renderReport(run: RunRecord): string {
  const { recipe, result, samples, confusion } = run;
  const { data, network, timeSteps, seed } = recipe;
  const time = timeSteps === undefined ? "" : `, T = ${timeSteps}`;
  const sections = [
    overview(run),
    training(run),
    delaySection(run),
    structureSection(run),
    result && samples && samplesSection(samples, recipe),
    result && confusion && confusionSection(confusion),
    result?.activity && operationsSection(result.activity),
    result && { title: "Result", body: cards(resultRows(result)) },
    { title: "Recipe", body: cards(optionRows(recipe)) },
    missing(run),
  ];
  return page(
    recipe.name,
    `${result?.data ?? data.name}, ${network.type} of ${neuronTitle(network.neuron)} neurons${time}, seed ${seed}`,
    sections.filter((section) => section !== undefined),
  );
}

function overview({ metrics, recipe, result }: RunRecord): Section {
  if (result !== undefined) return { title: "Overview", body: overviewTiles(result) };
  const epochs = epochLines(metrics).length;
  const note = `Not finished: ${epochs} of ${plural(totalEpochs(recipe), "epoch")}.`;
  return { title: "Overview", note, body: "" };
}

function training(run: RunRecord): Section {
  const body = grid([
    figure({ caption: "Accuracy", ...accuracyChart(run) }),
    figure({ caption: "Loss", ...lossChart(run) }),
    figure({ caption: "Firing rate of each layer", ...firingRateChart(run) }),
    figure({ caption: "KLIF's k of each layer", ...neuronParameterChart(run, "k") }),
    figure({ caption: "PLIF's time constant of each layer", ...neuronParameterChart(run, "tau") }),
    ...learnedCharts(run).map(([name, chart]) =>
      figure({ caption: `Learned ${name} of each layer`, ...chart }),
    ),
    figure({ caption: "Learning rate", ...learningRateChart(run) }),
  ]);
  const note = String(body) === "" ? "No epoch has ended yet." : undefined;
  return { title: "Training", note, body };
}

/** What an earlier version of Myelin has not recorded, or what was removed. */
function missing(run: RunRecord): Section | undefined {
  const parts = missingOf(run);
  if (parts.length === 0) return undefined;
  return {
    title: "Not recorded",
    body: html`<ul>
      ${parts.map((part) => html`<li>${part}</li>`)}
    </ul>`,
  };
}
