/** One neuron on a page: what it does with a few inputs, its equations and what follows from them. */
import type { Drive, Response } from "../neuron/index.ts";
import { standalone } from "./chart.ts";
import { html, type Html } from "./html.ts";
import { card, figure, grid, page, table, type Row, type Section } from "./page.ts";
import { stackedChart } from "./stacked-chart.ts";

/** Everything the page is made of. */
export interface NeuronRecord {
  readonly name: string;
  readonly title: string;
  readonly source: string | undefined;
  /** Parameters and what else was chosen. */
  readonly settings: readonly Row[];
  /** The equations with their backward pass; absent where a neuron has kernels of its own. */
  readonly derivation: string | undefined;
  readonly responses: readonly Response[];
}

const CAPTIONS: Readonly<Record<Drive, string>> = {
  step: "a step of current",
  ramp: "a ramp of current",
  spikes: "a spike train",
};

/** The page of a neuron as one HTML file that needs no network. */
export function renderNeuron(neuron: NeuronRecord): string {
  const { name, title, source, settings, derivation, responses } = neuron;
  const figures = responses.map((response) =>
    figure({ caption: CAPTIONS[response.drive], picture: picture(response) }),
  );
  const sections: Section[] = [{ title: "Response", note: "input, states, output", body: grid(figures) }];
  if (settings.length > 0) sections.push({ title: "Settings", body: card(table(settings)) });
  if (derivation !== undefined) {
    const body = html`<div class="card"><pre>${derivation}</pre></div>`;
    sections.push({ title: "Equations", note: "and the backward pass that follows from them", body });
  }
  return page(name, source === undefined ? title : `${title}. ${source}`, sections);
}

/** The response to one input as an SVG file. */
export function neuronPicture(name: string, response: Response): string {
  return standalone(picture(response), `${name}: response to ${CAPTIONS[response.drive]}`);
}

function picture({ drive, input, states, output }: Response): Html {
  const areSpikes = output.every((value) => Number.isInteger(10 * value));
  // The last spike is a state of some neurons, and stands below.
  const shown = Object.entries(states).filter(([name]) => name !== "s");
  return stackedChart([
    { name: "input", values: input, asStems: drive === "spikes" },
    ...shown.map(([name, values]) => ({ name, values })),
    { name: areSpikes ? "spikes" : "output", values: output, asStems: areSpikes },
  ]);
}
