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

const energy = { operations: 1e-6, neurons: 1e-6, memory: 1e-6, total: 3e-6 };

/** A run that records what all methods do. */
const everything: RunRecord = {
  ...run,
  result: {
    ...result,
    activity: {
      ...{ samples: 50, spikes: 1234.4, nasfr: 0.0625, dense: 2e6, mac: 1e5, ac: 2e5 },
      ...{ energy: { spiking: energy, dense: energy }, energyNotes: ["no memory", "no idle circuits"] },
    },
  },
  metrics: [1, 2].map((n) => ({
    ...epoch(n),
    ...{ sigma: { delay1: 2 / n, delay2: 2 / n }, delayMoves: { delay1: 0.5, delay2: 0.1 } },
    ...{ density: { fc1: 0.1 }, turnover: { fc1: 0.3 / n }, everActive: { fc1: 0.1 * n } },
  })),
  pictures: {
    delays: [{ name: "delay1", before: [4, 4, 4], after: [1, 10, 1] }],
    inputMaps: [0, 2].map((n) => ({ epoch: n, height: 2, width: 2, connections: [0, 3, 1, n] })),
  },
  sample: {
    ...{ label: "7", predicted: "7", steps: 3, layers: sample.layers },
    frames: {
      ...{ channels: 2, height: 2, width: 2 },
      slices: [
        { from: 0, to: 1, values: [1, 0, 0, 0, 0, 0, 0, 2] },
        { from: 1, to: 3, values: [0, 0, 0, 0, 0, 0, 0, 0] },
      ],
    },
    attention: [
      {
        name: "attention1",
        height: 2,
        width: 2,
        important: [0.4, 0.5, 0.6, 0.7],
        rest: [0.4, 0.4, 0.4, 0.4],
      },
    ],
    arrivals: {
      ...{ layer: "delay1", neuron: 5, steps: 4, fired: [3] },
      connections: [{ input: 9, weight: -0.5, delay: 2, spikes: [0, 1] }],
    },
  },
};

describe("renderReport of methods", () => {
  it("shows delays, structure, recordings and gates", () => {
    expect(captions(renderReport(everything))).toEqual(
      expect.arrayContaining([
        "Delays of delay1",
        "Mean distance that positions moved in each epoch",
        "Sigma: width of the bumps during training",
        "What reaches neuron 5 of delay1 through its strongest connections",
        "Density of each layer",
        "Turnover of each layer: connections that did not exist an epoch before",
        "Connections that existed at the end of some epoch",
        "Connections that look at each input pixel",
        "attention1: 0.40 (empty) to 0.70 (solid)",
      ]),
    );
  });

  it("draws only what there is", () => {
    const html = renderReport(everything);
    const slices = [...html.matchAll(/<svg class="picture".*?<\/svg><small>(.*?)<\/small>/g)];
    const drawn = new Map(slices.map(([svg, label]) => [label, (svg.match(/<path/g) ?? []).length]));
    // Two events in the first slice, one of each polarity and size; none in the second.
    expect(drawn.get("step 1")).toBe(2);
    expect(drawn.get("steps 2 to 3")).toBe(0);
    // Pixels with 1, 3 and 2 connections have three shades; no connection has none.
    expect(drawn.get("before")).toBe(2);
    expect(drawn.get("epoch 2")).toBe(3);
    expect(html).not.toMatch(/NaN|undefined|#0102/);
  });

  it("counts spikes and operations, and says what the energy leaves out", () => {
    const html = renderReport(everything);
    for (const text of ["mean of 50", "<td>1,234</td>", "<td>6.25 %</td>", "3.00 uJ", "no memory; no idle"]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain("activity.");
  });

  it("names the delay of every connection", () => {
    expect(renderReport(everything)).toContain("9: 2 later");
  });

  it("has no empty sections for other runs", () => {
    const headings = [...renderReport(run).matchAll(/<h2>(.*?)<\/h2>/g)].map(([, text]) => text);
    expect(headings).toEqual(["Overview", "Training", "One sample", "Result", "Recipe"]);
  });

  it("shows the spikes of units", () => {
    const units = {
      units: 4,
      events: [
        [0, 1],
        [2, 3],
      ] as [number, number][],
    };
    const heard = { label: "7", predicted: "7", steps: 3, units, layers: sample.layers };
    expect(captions(renderReport({ ...run, sample: heard }))).toContain("Input");
  });
});

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
