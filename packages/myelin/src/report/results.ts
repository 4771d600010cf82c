/** The numbers of a run as tables: result.json and the recipe, every digit, with units. */
import { count, duration, exact, mebibytes, percent, withUnit } from "../format.ts";
import { type ActivityRecord, type FiringRate, type Result, partText } from "../records/index.ts";
import { EMPTY, html } from "./html.ts";
import { card, pair, table, tiles, type Row, type Section } from "./page.ts";

/** What one looks for first. */
export function overviewTiles(result: Result): ReturnType<typeof tiles> {
  return tiles([
    [`test accuracy${partText(result.testPart)}`, percent(result.testAccuracy)],
    ...(result.firingRate ? [["mean firing rate", percent(result.firingRate.mean)] as const] : []),
    ["parameters", exact(result.parameters)],
    ["training time", duration(result.seconds)],
    ["training samples per second", count(result.trainSamplesPerSecond)],
  ]);
}

/** What the network does for one sample, and what that would cost on hardware for spikes. */
export function operationsSection(activity: ActivityRecord): Section {
  const { samples, spikes, nasfr, dense, mac, ac, energy, energyNotes } = activity;
  const whole = (value: number): string => exact(Math.round(value));
  const counts: Row[] = [
    ["spikes", whole(spikes)],
    ["firing rate over all neurons and steps", percent(nasfr)],
    ["multiplications of the same network without use of zeros", whole(dense)],
    ["accumulates that spikes cause", whole(ac)],
    ["multiply-accumulates of other values", whole(mac)],
  ];
  const { spiking, dense: without } = energy;
  const estimate: Row[] = [
    ["estimated energy", withUnit(spiking.total, "J")],
    ["of these, operations", withUnit(spiking.operations, "J")],
    ["neurons", withUnit(spiking.neurons, "J")],
    ["memory", withUnit(spiking.memory, "J")],
    ["of the same network without use of zeros", withUnit(without.total, "J")],
  ];
  const notes = energyNotes.map((note) => html`<li>${note}</li>`);
  return {
    title: "Spikes and operations",
    note: `For one sample, mean of ${whole(samples)} of the test set.`,
    body: html`${pair([counts, estimate].map((rows) => card(table(rows))))}${
      notes.length === 0
        ? EMPTY
        : html`<p class="note">What the estimate of the energy assumes and leaves out:</p>
            <ul class="fineprint">
              ${notes}
            </ul>`
    }`,
  };
}

/** Everything in result.json but what has sections of its own. */
export function resultRows(result: Result): Row[] {
  const { testPart, samples, validationAccuracy, recordingAccuracy, peakMemoryBytes, checkpointBytes } =
    result;
  const optional = (name: string, text: string | undefined): Row[] =>
    text === undefined ? [] : [[name, text]];
  return [
    ...optional("data set", result.data),
    [`test accuracy${partText(testPart)}`, percent(result.testAccuracy)],
    ["test loss", exact(Number(result.testLoss.toPrecision(6)))],
    ...optional(
      "validation accuracy",
      validationAccuracy === undefined ? undefined : percent(validationAccuracy),
    ),
    ...optional(
      "accuracy by recording, of which most clips are right",
      recordingAccuracy === undefined ? undefined : percent(recordingAccuracy),
    ),
    ["epochs", exact(result.epochs)],
    ["training time", duration(result.seconds)],
    ["training samples per second", count(result.trainSamplesPerSecond)],
    ["parameters", exact(result.parameters)],
    ["active parameters", exact(result.activeParameters)],
    ...rateRows(result.firingRate),
    ...layerRows("k", result.k, ""),
    ...layerRows("time constant", result.tau, " steps"),
    ...learnedRows(result.learned),
    ["training samples", exact(samples.train)],
    ["validation samples", exact(samples.validation)],
    ["test samples", exact(samples.test)],
    ...optional("engine memory", peakMemoryBytes === undefined ? undefined : mebibytes(peakMemoryBytes)),
    ...optional("checkpoint", checkpointBytes === undefined ? undefined : mebibytes(checkpointBytes)),
    ["seed", String(result.seed)],
    ["backend", result.backend],
  ];
}

function rateRows(rate: FiringRate | undefined): Row[] {
  if (rate === undefined) return [];
  const layers = Object.entries(rate.layers).map(([name, value]): Row => [
    `firing rate of ${name}`,
    percent(value),
  ]);
  return [["mean firing rate", percent(rate.mean)], ...layers];
}

function layerRows(what: string, values: Readonly<Record<string, number>> | undefined, unit: string): Row[] {
  return Object.entries(values ?? {}).map(([name, value]) => [
    `${what} of ${name}`,
    `${Number(value.toPrecision(5))}${unit}`,
  ]);
}

function learnedRows(learned: Result["learned"] = {}): Row[] {
  const short = (value: number): string => String(Number(value.toPrecision(5)));
  return Object.entries(learned).flatMap(([name, layers]) =>
    Object.entries(layers).map(([layer, { mean, least, largest }]): Row => {
      const range = least === largest ? "" : ` (${short(least)} to ${short(largest)})`;
      return [`${name} of ${layer}`, `${short(mean)}${range}`];
    }),
  );
}

/** Nested options as rows with dotted names: the recipe as it can be set again. */
export function optionRows(value: unknown, prefix = ""): Row[] {
  const plain = typeof value !== "object" || value === null;
  const flat = Array.isArray(value) && value.every((item) => typeof item !== "object");
  if (plain || flat) return [[prefix, flat ? value.join(", ") : String(value)]];
  return Object.entries(value).flatMap(([key, item]) =>
    optionRows(item, prefix === "" ? key : `${prefix}.${key}`),
  );
}
