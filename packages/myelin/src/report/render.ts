import { duration, percent, plural } from "../format.ts";
import { totalEpochs } from "../recipe/index.ts";
import {
  epochLines,
  type ActivityRecord,
  type FiringRate,
  type Result,
  type RunRecord,
  type SampleRecord,
} from "../run/record.ts";
import { partText } from "../run/samples/part.ts";
import { rasterChart, traceChart } from "./activity.ts";
import {
  accuracyChart,
  firingRateChart,
  learningRateChart,
  lossChart,
  neuronParameterChart,
} from "./curves.ts";
import { delaySection, structureSection } from "./methods.ts";
import { drawn, escapeHtml, figure, grid, page, table, tiles, type Row, type Section } from "./page.ts";
import { attentionPictures, samplePicture, unitsChart } from "./sample.ts";

/**
 * The report of a run as one HTML file that needs no network: results, curves, the activity of one
 * sample and the configuration. A run that has not ended gives what there is.
 */
export function renderReport(run: RunRecord): string {
  const { recipe, result, sample } = run;
  const sections = [
    overview(run),
    training(run),
    delaySection(run),
    structureSection(run),
    sample === undefined ? undefined : activity(sample),
    result?.activity === undefined ? undefined : operations(result.activity),
    result === undefined ? undefined : { title: "Result", body: cards(resultRows(result)) },
    { title: "Recipe", body: cards(flatten(recipe)) },
  ];
  const { data, network, timeSteps, seed } = recipe;
  const time = timeSteps === undefined ? "" : `, T = ${timeSteps}`;
  const subtitle = `${result?.data ?? data.name}, ${network.neuron.type} neurons${time}, seed ${seed}`;
  return page(
    recipe.name,
    subtitle,
    sections.filter((section) => section !== undefined),
  );
}

function overview({ metrics, recipe, result }: RunRecord): Section {
  if (result !== undefined) {
    const rows: Row[] = [
      [`test accuracy${partText(result.testPart)}`, percent(result.testAccuracy)],
      ...(result.firingRate ? [["mean firing rate", percent(result.firingRate.mean)] as Row] : []),
      ["parameters", result.parameters.toLocaleString("en")],
      ["training time", duration(result.seconds)],
      ["training samples a second", Math.round(result.trainSamplesPerSecond).toLocaleString("en")],
    ];
    return { title: "Overview", body: tiles(rows) };
  }
  const epochs = epochLines(metrics).length;
  return {
    title: "Overview",
    note: `Not finished: ${epochs} of ${plural(totalEpochs(recipe), "epoch")}.`,
    body: "",
  };
}

function training(run: RunRecord): Section {
  const charts: [string, string | undefined][] = [
    ["Accuracy", accuracyChart(run)],
    ["Loss", lossChart(run)],
    ["Firing rate of each layer", firingRateChart(run)],
    ["KLIF's k of each layer", neuronParameterChart(run, "k")],
    ["PLIF's time constant of each layer", neuronParameterChart(run, "tau")],
    ["Learning rate", learningRateChart(run)],
  ];
  const figures = drawn(charts);
  if (figures.length === 0) return { title: "Training", note: "No epoch has ended yet.", body: "" };
  return { title: "Training", body: grid(figures) };
}

function activity(sample: SampleRecord): Section {
  const verdict = sample.label === sample.predicted ? "correctly" : "wrongly";
  const words = `Test sample of class <b>${escapeHtml(sample.label)}</b>, ${verdict} classified as <b>${escapeHtml(sample.predicted)}</b>.`;
  const picture = `<div class="sample">${samplePicture(sample)}<p>${words}</p></div>`;
  const { units, steps } = sample;
  const figures = [
    ...(units === undefined ? [] : [figure("Input", unitsChart(units, steps))]),
    figure("Spikes", rasterChart(sample)),
    figure("Potential before reset; the dashed line is the threshold, dots are spikes", traceChart(sample)),
  ];
  const gates = attentionPictures(sample.attention ?? [], sample.frames);
  return { title: "One sample", body: `${picture}${grid(gates)}${grid(figures)}` };
}

/** What the network does for one sample, and what that would cost on hardware for spikes. */
function operations({
  samples,
  spikes,
  nasfr,
  dense,
  mac,
  ac,
  energy,
  energyNotes,
}: ActivityRecord): Section {
  const whole = (value: number): string => Math.round(value).toLocaleString("en");
  const counts: Row[] = [
    ["spikes", whole(spikes)],
    ["firing rate over all neurons and steps", percent(nasfr)],
    ["multiplications of the same network without use of zeros", whole(dense)],
    ["accumulates that spikes cause", whole(ac)],
    ["multiply-accumulates of other values", whole(mac)],
  ];
  const joules = (kind: "spiking" | "dense"): string => `${(1e6 * energy[kind].total).toPrecision(3)} uJ`;
  const estimate: Row[] = [
    ["estimated energy", joules("spiking")],
    ["of the same network without use of zeros", joules("dense")],
    ["the estimate assumes and leaves out", energyNotes.join("; ")],
  ];
  return {
    title: "Spikes and operations",
    note: `For one sample, mean of ${whole(samples)} of the test set.`,
    body: grid([counts, estimate].map(card)),
  };
}

/** Rows in two tables side by side. */
function cards(rows: readonly Row[]): string {
  const half = Math.ceil(rows.length / 2);
  const halves = [rows.slice(0, half), rows.slice(half)].filter((part) => part.length > 0);
  return grid(halves.map(card));
}

function card(rows: readonly Row[]): string {
  return `<div class="card">${table(rows)}</div>`;
}

function rateRows({ mean, layers }: FiringRate): Row[] {
  return Object.entries({ mean, ...layers }).map(([name, rate]) => [`firingRate.${name}`, percent(rate)]);
}

function resultRows(result: Result): Row[] {
  const { firingRate, k, tau, ...others } = result;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => key !== "activity"));
  return [
    ...flatten(rest),
    ...(firingRate === undefined ? [] : rateRows(firingRate)),
    ...(k === undefined ? [] : flatten({ k })),
    ...(tau === undefined ? [] : flatten({ tau })),
  ];
}

/** Nested options as rows with dotted names. */
function flatten(value: unknown, prefix = ""): Row[] {
  const plain = typeof value !== "object" || value === null;
  const flat = Array.isArray(value) && value.every((item) => typeof item !== "object");
  if (plain || flat) return [[prefix, flat ? value.join(", ") : shown(value)]];
  return Object.entries(value).flatMap(([key, item]) =>
    flatten(item, prefix === "" ? key : `${prefix}.${key}`),
  );
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}
