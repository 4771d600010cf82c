import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as core from "@myelin/core";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { manifest, root } from "../lib/packages.mjs";
import { parse } from "./source-files.ts";

const SOURCE = "packages/core/src";
const SUBPATHS = readdirSync(join(root, SOURCE, "entries"))
  .map((file) => file.replace(".ts", ""))
  .filter((name) => name !== "bundle");

/** What a training script needs. A new name here is one more that everybody has to read: think of a subpath first. */
const MAIN: readonly string[] = [
  ...["ALIF", "Adam", "AdamW", "AdvancedSpatialAttention", "AvgPool2d", "BackendError", "BatchNorm"],
  ...["Conv2d", "DelayConv2d", "DelayLinear", "Dropout", "Engine", "Flatten", "FormatError"],
  ...["GlobalAvgPool2d", "GlobalMaxPool2d", "IF", "KLIF", "LIF", "LeakyIntegrator", "Linear"],
  ...["MaxPool2d", "Module", "MyelinError", "PLIF", "Random", "Recurrent", "RepeatOverTime"],
  ...["Residual", "SGD", "Sequential", "ShapeError", "Tensor", "Trainer", "TrainingError"],
  ...[
    "Vote",
    "atan",
    "backward",
    "buildNetwork",
    "clipGradNorm",
    "cosineAnnealing",
    "countActivity",
    "countParameters",
  ],
  ...[
    "createEngine",
    "crossEntropy",
    "defineNeuron",
    "delayStream",
    "encodeCheckpoint",
    "encodeWeights",
    "energyEstimate",
  ],
  ...[
    "fastSigmoid",
    "initFiring",
    "learnable",
    "loadRun",
    "maxMembraneCrossEntropy",
    "meanOverTime",
    "meanSquaredError",
    "noGrad",
    "onWarning",
  ],
  ...["oneCycle", "parameter", "perGroup", "piecewiseQuadratic", "rateCrossEntropy", "rateMse", "rectangle"],
  ...["restoreCheckpoint", "restoreWeights", "setLengths", "sigmaSchedule", "sigmoid", "step", "sumOverTime"],
  ...["sumSoftmaxCrossEntropy", "tensor", "tet", "triangle", "useEngine", "warmup"],
];

/** Names of an entry point, types included. */
function namesOf(path: string): string[] {
  const file = parse({ path, text: readFileSync(join(root, path), "utf8") });
  return file.statements
    .filter(ts.isExportDeclaration)
    .flatMap(({ exportClause }) => (exportClause as ts.NamedExports).elements.map(({ name }) => name.text));
}

const entries = [
  { name: "@myelin/core", names: namesOf(`${SOURCE}/index.ts`) },
  ...SUBPATHS.map((name) => ({
    name: `@myelin/core/${name}`,
    names: namesOf(`${SOURCE}/entries/${name}.ts`),
  })),
];

describe("what the core exports", () => {
  it("at its main entry is what a training script needs", () => {
    expect(MAIN).toHaveLength(79);
    expect(Object.keys(core).sort()).toEqual([...MAIN].sort());
  });

  it("has one entry point for each name", () => {
    const all = entries.flatMap(({ names }) => names);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  it.each(entries)("at $name has no two names that differ only in case", ({ names }) => {
    // As in PyTorch: `tensor` makes a `Tensor`.
    const plain = names
      .filter((name) => name !== "tensor")
      .map((name) => name.replaceAll("_", "").toLowerCase());
    expect(plain.filter((name, index) => plain.indexOf(name) !== index)).toEqual([]);
  });

  it("is listed in package.json", () => {
    const paths = Object.keys(manifest("core").exports);
    const listed = SUBPATHS.map((name) => `./${name}`);
    expect(paths.sort()).toEqual([".", "./bundle", "./kernels", ...listed].sort());
  });
});
