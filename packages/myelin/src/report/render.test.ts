import { describe, expect, it } from "vitest";
import { RESULT, RUNS } from "../../test/report-records.ts";
import type { RunRecord, SampleRecord } from "../records/index.ts";
import { missingOf, renderReport } from "./index.ts";

const KINDS = Object.entries<RunRecord>(RUNS);

const pages = new Map<RunRecord, string>();

/** Drawn once. */
function pageOf(run: RunRecord): string {
  const page = pages.get(run) ?? renderReport(run);
  pages.set(run, page);
  return page;
}

function captions(run: RunRecord): Set<string> {
  const found = pageOf(run).matchAll(/<figcaption>(.*?)<\/figcaption>/g);
  return new Set([...found].map(([, text]) => (text ?? "").replaceAll("&#39;", "'")));
}

function headings(run: RunRecord): string[] {
  return [...pageOf(run).matchAll(/<h2>(.*?)<\/h2>/g)].map(([, text]) => text ?? "");
}

/** The page with its white space made one, so that texts can be looked for. */
function textOf(run: RunRecord): string {
  return pageOf(run).replaceAll(/\s+/g, " ");
}

describe("the report of every kind of run", () => {
  it.each(KINDS)("loads nothing, runs nothing and has no holes: %s", (_, run) => {
    const html = pageOf(run);
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[^\s"'<]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
    );
    expect(html).not.toMatch(/<script|<link|<img|url\(|@import|src=|#0102|NaN|undefined|\[object/);
    expect(html.match(/<style/g)).toHaveLength(1);
    expect(html).toContain("default-src &#39;none&#39;");
  });

  it.each(KINDS)("takes every colour of a chart from the page, for light and dark: %s", (_, run) => {
    const charts = [...pageOf(run).matchAll(/<svg xmlns.*?<\/svg>/gs)].map(([text]) => text);
    expect(charts.length).toBeGreaterThan(2);
    for (const chart of charts) {
      const painted = [...chart.matchAll(/(?:fill|stroke)="(.*?)"/g)].map(([, colour]) => colour);
      expect(painted.filter((colour) => !/^(?:none|transparent|var\(--\w+,#\w{6}\))$/.test(colour!))).toEqual(
        [],
      );
    }
  });
});

describe("renderReport", () => {
  it("has the charts of a training, and of samples with all that they hold", () => {
    expect([...captions(RUNS.plain)]).toEqual([
      ...["Accuracy", "Loss", "Firing rate of each layer", "KLIF's k of each layer", "Learning rate"],
      ...["Class scores", "Spikes", "Membrane potential of neuron1", "Membrane potential of neuron2"],
      "Classes and what they are taken for",
    ]);
    expect(captions(RUNS.conv)).toContain("PLIF's time constant of each layer");
    expect(captions(RUNS.conv)).not.toContain("KLIF's k of each layer");
  });

  it("draws what equations learn: one curve where a layer has one value, else the mean and the ends", () => {
    const spread = (mean: number, width: number) => ({ mean, least: mean - width, largest: mean + width });
    const learned = (epoch: number) => ({
      beta: { lif1: spread(epoch, 0), lif2: spread(2 * epoch, 0) },
      tauA: { lif1: spread(20 + epoch, 1.5) },
    });
    const metrics = RUNS.unfinished.metrics.map((line) => ({ ...line, learned: learned(line.epoch) }));
    const run = { ...RUNS.plain, metrics, result: { ...RESULT, learned: learned(3) } };
    expect(captions(run)).toContain("Learned beta of each layer");
    expect(captions(run)).toContain("Learned tauA of each layer");
    const text = textOf(run);
    for (const name of ["lif1, mean", "lif1, least", "lif1, largest"]) expect(text).toContain(name);
    expect(text).not.toContain("lif2, mean");
    expect(text).toMatch(/tauA of lif1<\/th>\s*<td[^>]*>23 \(21.5 to 24.5\)/);
  });

  it("shows delays, structure, recordings and attention", () => {
    for (const caption of [
      ...["Delays of fc1", "Mean distance that positions moved in each epoch", "Input", "Class scores"],
      "Sigma: width of the bumps during training",
      "What reaches neuron 5 of fc1 through its strongest connections",
    ]) {
      expect(captions(RUNS.delays)).toContain(caption);
    }
    for (const caption of [
      ...["Density of each layer", "Connections that existed at the end of some epoch"],
      "Turnover of each layer: connections that did not exist an epoch before",
      "Connections that look at each input pixel",
    ]) {
      expect(captions(RUNS.sparse)).toContain(caption);
    }
    for (const caption of ["Input", "attention1: important planes", "attention1: gates"]) {
      expect(captions(RUNS.attention)).toContain(caption);
    }
  });

  it("has sections for what there is alone", () => {
    const parts = ["Samples", "Confusion matrix", "Spikes and operations", "Result", "Recipe"];
    expect(headings(RUNS.plain)).toEqual(["Overview", "Training", ...parts]);
    expect(headings(RUNS.delays)).toEqual(["Overview", "Training", "Delays", ...parts]);
    expect(headings(RUNS.sparse)).toEqual(["Overview", "Training", "Structure", ...parts]);
    expect(headings(RUNS.unfinished)).toEqual(["Overview", "Training", "Recipe"]);
    expect(textOf(RUNS.unfinished)).toContain("Not finished: 1 of 12 epochs.");
    expect(textOf({ ...RUNS.unfinished, metrics: [] })).toContain("No epoch has ended yet.");
  });

  it("shows numbers to the last digit, with units", () => {
    const text = textOf(RUNS.plain);
    for (const shown of [
      ...["91.23 %", "2 min 5 s", "1,650,042", "165,004", "32.0 MiB", "2.8 MiB", "2.51 µJ", "10.0 nJ"],
      ...["test accuracy (first 500 of 10,000)", "mean of 500 of the test set", "1,234", "6.25 %", "0.003"],
      ...['<th scope="row">optimizer.lr</th>', "10⁻³"],
    ]) {
      expect(text).toContain(shown);
    }
    expect(text).not.toContain("uJ");
  });

  it("names the scores, the reset, the delay of each connection, the share of important planes", () => {
    const delays = textOf(RUNS.delays);
    expect(delays).toContain("softmax, added up over time, 4 of 10 classes");
    expect(delays).toContain("9, 1 later");
    expect(delays).toContain("spike, then the reset");
    expect(textOf(RUNS.attention)).toMatch(/important: [\d.]+ % of the planes/);
  });

  it("draws scores from zero, to the left where they are negative", () => {
    const [sample] = RUNS.plain.samples.samples;
    const classes = [3, 1, -1].map((score) => ({ name: String(score), score, outputs: [score] }));
    const samples = { samples: [{ ...sample!, scores: { classes, of: 3 } }] };
    const bars = textOf({ ...RUNS.plain, samples }).matchAll(/<rect x="([\d.]+)%" width="([\d.]+)%"/g);
    expect([...bars].map(([, x, width]) => [Number(x), Number(width)])).toEqual([
      [25, 75],
      [25, 25],
      [0, 25],
    ]);
  });

  it("lets one choose a sample, the first one first", () => {
    const text = textOf(RUNS.plain);
    expect(text.match(/type="radio"/g)).toHaveLength(3);
    expect(text.match(/ checked/g)).toHaveLength(1);
    expect(text).toContain("wrongly classified as <b>nine</b>");
  });

  it("labels output neurons by their classes", () => {
    expect(textOf(RUNS.plain).match(/>seven<\/text>/g)!.length).toBeGreaterThanOrEqual(3);
  });

  it("says what an older run has not recorded", () => {
    const layers = RUNS.plain.samples.samples[0]!.layers.map((layer) => ({
      ...layer,
      traces: layer.traces.map(({ neuron, potential }) => ({ neuron, potential })),
    }));
    const sample: SampleRecord = { label: "7", predicted: "7", steps: 6, layers };
    const old: RunRecord = { ...RUNS.plain, samples: { samples: [sample] }, confusion: undefined };
    expect(missingOf(old)).toEqual([
      "class scores: sample.json is of an earlier version",
      "potentials after a reset: sample.json is of an earlier version",
      "confusion matrix: confusion.json is not there",
    ]);
    expect(headings(old)).toContain("Not recorded");
    expect(headings(old)).toContain("One sample");
    expect(missingOf({ ...old, samples: undefined })[0]).toBe(
      "samples with spikes and potentials: sample.json is not there",
    );
    for (const [, run] of KINDS) expect(missingOf(run)).toEqual([]);
  });

  it("draws runs of few numbers", () => {
    const run: RunRecord = {
      ...RUNS.plain,
      result: { ...RESULT, activity: undefined, firingRate: undefined },
      metrics: RUNS.plain.metrics.slice(1, 2),
      samples: { samples: [] },
      confusion: { classNames: ["a"], counts: [[0]] },
    };
    expect(pageOf(run)).not.toMatch(/NaN|undefined|Infinity/);
  });
});
