/** Some samples of the test set, one to be seen at a time: radio buttons and style alone, no script. */
import { shorten } from "../format.ts";
import type { Recipe } from "../recipe/index.ts";
import type { SampleRecord, SamplesRecord, ScoresRecord } from "../records/index.ts";
import { rasterChart, traceCharts } from "./activity.ts";
import { arrivalsChart } from "./delays.ts";
import { EMPTY, html, type Html } from "./html.ts";
import { figure, grid, type Section } from "./page.ts";
import {
  attentionCharts,
  framesPicture,
  outputsChart,
  samplePicture,
  scoresTable,
  unitsChart,
  type ScoreKind,
} from "./sample.ts";

/** What each kind of loss compares between classes. */
const SCORES: Readonly<Record<Recipe["loss"]["type"], ScoreKind>> = {
  rateMse: "mean output over time",
  rateCrossEntropy: "mean output over time",
  tet: "mean output over time",
  sumSoftmaxCrossEntropy: "softmax, added up over time",
  maxMembraneCrossEntropy: "largest output",
};

/** What the trained network does with some samples. */
export function samplesSection(record: SamplesRecord, { loss }: Recipe): Section | undefined {
  const { samples, classNames } = record;
  if (samples.length === 0) return undefined;
  const panels = samples.map((sample, i) => {
    const right = sample.label === sample.predicted;
    const picture = sample.image === undefined ? EMPTY : samplePicture(sample);
    const mark = right
      ? html`<small>correct</small>`
      : html`<small>taken for ${shorten(sample.predicted, 24)}</small>`;
    const id = `sample-${i + 1}`;
    return html`<input type="radio" name="sample" id="${id}" ${i === 0 ? html` checked` : EMPTY} />
      <label for="${id}">${picture}<span>${shorten(sample.label, 24)} ${mark}</span></label>
      <div class="panel">${panel(sample, classNames, SCORES[loss.type])}</div> `;
  });
  return {
    title: samples.length === 1 ? "One sample" : "Samples",
    note: samples.length === 1 ? undefined : "Of the test set, one of each class where possible. Choose one:",
    body: html`<div class="samples">${panels}</div>`,
  };
}

function panel(sample: SampleRecord, classNames: readonly string[] | undefined, kind: ScoreKind): Html {
  const { label, predicted, index, steps, units, frames, arrivals, attention = [], scores } = sample;
  const verdict = label === predicted ? "correctly" : "wrongly";
  const place = index === undefined ? "" : ` ${index} (counted from 0)`;
  const words = html`<p>
    Test sample${place} of class <b>${label}</b>, ${verdict} classified as <b>${predicted}</b>.
  </p>`;
  const figures = [
    figure({ caption: "Input", ...framesPicture(frames), wide: true }),
    figure({ caption: "Input", ...unitsChart(units, steps) }),
    scores === undefined ? EMPTY : scoresFigure(scores, label, kind),
    figure({ caption: "Spikes", ...rasterChart(sample, classNames) }),
    ...traceCharts(sample).map(figure),
    ...(arrivals === undefined
      ? []
      : [
          figure({
            caption: `What reaches neuron ${arrivals.neuron} of ${arrivals.layer} through its strongest connections`,
            ...arrivalsChart(arrivals),
          }),
        ]),
    ...attentionCharts(attention, frames).map(figure),
  ];
  return html`<div class="sample">${samplePicture(sample)}${words}</div>
    ${grid(figures)}`;
}

/** Which class the network takes the sample for, and how it comes to that. */
function scoresFigure(scores: ScoresRecord, label: string, kind: ScoreKind): Html {
  const { classes, of } = scores;
  const some = of > classes.length ? `, ${classes.length} of ${of} classes` : "";
  const { picture, legend } = outputsChart(scores);
  return figure({
    caption: "Class scores",
    note: `${kind}${some}; that of the label is bold`,
    picture: html`${scoresTable(scores, label)}
      <div class="band">
        <h3>Output over time</h3>
        ${legend}${picture}
      </div>`,
  });
}
