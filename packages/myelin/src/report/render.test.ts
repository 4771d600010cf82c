import { describe, expect, it } from "vitest";
import { parseRecipe } from "../recipe/index.ts";
import type { EpochMetrics, Result, RunRecord, SampleRecord } from "../run/record.ts";
import { renderReport } from "./index.ts";

const recipe = parseRecipe(`{
  name: demo, data: { name: mnist, validation: 0.1 }, timeSteps: 3, epochs: 2, batchSize: 10,
  network: { type: mlp, neuron: { type: KLIF }, hidden: [4] }, optimizer: { type: adam, lr: 0.01 } }`);

const epoch = (n: number): EpochMetrics => ({
  kind: "epoch",
  ...{ epoch: n, step: 10 * n, trainLoss: 1 / n, trainAccuracy: 0.8 + n / 20, lr: 0.01, seconds: n },
  ...{ validationAccuracy: 0.85 + n / 50, validationLoss: 1.1 / n, trainSamplesPerSecond: 1000 },
  firingRate: { mean: 0.1, layers: { neuron1: 0.12, neuron2: 0.08 } },
  k: { neuron1: 1 + n / 10, neuron2: 1 - n / 10 },
});

const result: Result = {
  ...{
    name: "demo",
    testAccuracy: 0.9123,
    testLoss: 0.2,
    epochs: 2,
    seconds: 125,
    trainSamplesPerSecond: 960,
  },
  ...{ parameters: 3190, activeParameters: 3190, seed: 1, backend: "reference" },
  firingRate: { mean: 0.1, layers: { neuron1: 0.12, neuron2: 0.08 } },
  samples: { train: 900, validation: 100, test: 50 },
};

const sample: SampleRecord = {
  ...{ label: "7", predicted: "1", steps: 3 },
  image: { channels: 1, height: 2, width: 2, pixels: [0, 255, 16, 0] },
  layers: [
    {
      ...{ name: "neuron1", neurons: 4, threshold: 1 },
      raster: [{ neuron: 0, spikes: [0, 2] }],
      traces: [{ neuron: 0, potential: [1.2, 0.4, 1] }],
    },
  ],
};

const run: RunRecord = { recipe, metrics: [epoch(1), epoch(2)], result, sample };

function captions(html: string): string[] {
  return [...html.matchAll(/<figcaption>(.*?)<\/figcaption>/g)].map(([, text]) => text ?? "");
}

describe("renderReport", () => {
  it("has every chart", () => {
    expect(captions(renderReport(run))).toEqual([
      "Accuracy",
      "Loss",
      "Firing rate of each layer",
      "KLIF's k of each layer",
      "Learning rate",
      "Spikes",
      "Potential before reset; the dashed line is the threshold, dots are spikes",
    ]);
  });

  it("loads nothing and runs nothing", () => {
    const html = renderReport(run);
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[^\s"'<]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
    );
    expect(html).not.toMatch(/<script|<link|<img|url\((?!#)|@import|src=/);
  });

  it("takes every colour of a chart from the page, for light and dark", () => {
    const charts = [...renderReport(run).matchAll(/<figure.*?<\/figure>/gs)].map(([text]) => text);
    expect(charts).toHaveLength(7);
    for (const chart of charts) {
      expect(chart).toContain("var(--");
      expect(chart).not.toMatch(/#0102/);
    }
    expect(renderReport(run)).toContain("prefers-color-scheme: dark");
  });

  it("shows results, recipe and the sample", () => {
    const html = renderReport(run);
    for (const text of ["91.23 %", "2 min 5 s", "3,190", "network.neuron.type", "samples.train"]) {
      expect(html).toContain(text);
    }
    expect(html).toContain("wrongly classified as <b>1</b>");
    expect(html.match(/<rect x="\d+" y="\d+" width="1.02"/g)).toHaveLength(2);
  });

  it("draws PLIF's time constants instead of k", () => {
    const metrics = [1, 2].map((n) => {
      const { k, ...line } = epoch(n);
      return { ...line, tau: k ?? {} };
    });
    const names = captions(renderReport({ recipe, metrics }));
    expect(names).toContain("PLIF's time constant of each layer");
    expect(names).not.toContain("KLIF's k of each layer");
  });

  it("shows what there is of a run that has not ended", () => {
    expect(renderReport({ recipe, metrics: [epoch(1)] })).toContain("Not finished: 1 of 2 epochs.");
    expect(renderReport({ recipe, metrics: [] })).toContain("No epoch has ended yet.");
  });

  it("makes text safe", () => {
    const hostile = { ...sample, label: "<script>alert(1)</script>" };
    expect(renderReport({ ...run, sample: hostile })).not.toContain("<script>");
  });
});
