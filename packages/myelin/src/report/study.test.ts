import { describe, expect, it } from "vitest";
import { STUDIES } from "../reproduce/studies/index.ts";
import { planTrials, type Study } from "../reproduce/study.ts";
import type { EpochMetrics, Result } from "../records/index.ts";
import { renderStudy, type StudyRun } from "./index.ts";

const firingRate = { mean: 0.1, layers: { neuron1: 0.12, neuron2: 0.08 } };

const epoch = (n: number): EpochMetrics => ({
  ...{ kind: "epoch", epoch: n, step: n, trainLoss: 1, trainAccuracy: 0.5, lr: 0.1, seconds: n },
  ...{ validationAccuracy: 0.7 + n / 20, trainSamplesPerSecond: 10, firingRate },
});

const energy = { operations: 1, neurons: 1, memory: 1, total: 3 };
const activity = {
  ...{ samples: 9, spikes: 5, nasfr: 0.1, dense: 2e6, mac: 1e5, ac: 2e5 },
  ...{ energy: { spiking: energy, dense: energy }, energyNotes: [] },
};

const result = (place: number): Result => ({
  ...{ name: "x", testAccuracy: 0.8 + place / 200, testLoss: 0, epochs: 2, seconds: 10 + place },
  ...{ trainSamplesPerSecond: 1, parameters: 1000, activeParameters: 100 * place, seed: 1, backend: "" },
  ...{ peakMemoryBytes: 2 ** 24, checkpointBytes: 2 ** 20, firingRate, activity },
  samples: { train: 1, validation: 0, test: 1 },
});

/** All trainings of a study with made-up results. */
function runsOf(study: Study): StudyRun[] {
  return planTrials(study, { seeds: 2 }).map((trial, place) => ({
    ...{ trial, result: result(place % 7), folder: `${trial.task}-${trial.variant}-${trial.seed}` },
    metrics: [epoch(1), epoch(2)],
  }));
}

function captions(html: string): string[] {
  return [...html.matchAll(/<figcaption>(.*?)<\/figcaption>/g)].map(([, text]) => text ?? "");
}

describe("renderStudy", () => {
  it.each<[string, Study]>(Object.entries(STUDIES))("tells claim and results of %s", (_, study) => {
    const runs = runsOf(study);
    const html = renderStudy({ study, planned: runs.length, runs });
    expect(html).toContain(study.claim);
    for (const { label } of study.variants) expect(html).toContain(`>${label}</td>`);
    expect(html).not.toContain("trainings have ended");
    expect(html).not.toMatch(/<script|<link|<img|url\((?!#)|@import|src=|#0102|NaN/);
  });

  it("compares variants by dots, curves and layers", () => {
    const study = STUDIES.asa;
    const runs = runsOf(study);
    expect(captions(renderStudy({ study, planned: runs.length, runs }))).toEqual(
      study.tasks.flatMap(() => [
        "Test accuracy (%)",
        "Firing rate (%)",
        "Validation accuracy, mean over seeds",
        "Firing rate of each layer, mean over seeds",
      ]),
    );
  });

  it("draws every column of a sweep against its axis", () => {
    const study = STUDIES.esl;
    const runs = runsOf(study).filter(({ trial }) => trial.task === "mlp");
    const html = renderStudy({ study, planned: 96, runs });
    expect(captions(html)).toContain("Test accuracy (%) by density");
    expect(captions(html)).toHaveLength(study.columns.length);
    expect(html).toContain("32 of 96 trainings have ended.");
  });

  it("links the report of every training", () => {
    const study = STUDIES.klif;
    const html = renderStudy({ study, planned: 18, runs: runsOf(study).slice(0, 1) });
    expect(html).toContain('<a href="mnist-lif-1/report.html">mnist, LIF, seed 1</a>');
  });
});
