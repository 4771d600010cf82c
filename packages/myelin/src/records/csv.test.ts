import { expect, it } from "vitest";
import { metricsCsv } from "./csv.ts";

const HEAD =
  "epoch,step,trainLoss,trainAccuracy,validationLoss,validationAccuracy,testLoss,testAccuracy,firingRate,lr,seconds," +
  "trainSamplesPerSecond\n";

it("has the same head for every run, and empty cells for what was not measured", () => {
  expect(metricsCsv([])).toBe(HEAD);
  const line = { kind: "epoch", epoch: 1, step: 5, trainLoss: 0.5, trainAccuracy: 0.25, lr: 1e-3 } as const;
  const epoch = { ...line, testAccuracy: 0.75, testLoss: 1, seconds: 2, trainSamplesPerSecond: 100 };
  expect(metricsCsv([epoch, { ...epoch, firingRate: { mean: 0.1, layers: {} } }])).toBe(
    `${HEAD}1,5,0.5,0.25,,,1,0.75,,0.001,2,100\n1,5,0.5,0.25,,,1,0.75,0.1,0.001,2,100\n`,
  );
});
