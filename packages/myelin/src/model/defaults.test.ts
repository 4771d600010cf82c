/** What a recipe leaves out is what TypeScript leaves out: the same layer, optimiser, schedule and loss. */
import * as core from "@myelin/core";
import { SIGMA_DEFAULTS, STRUCTURE_DEFAULTS, SURROGATE_ALPHA } from "@myelin/core/defaults";
import type { Surrogate, SurrogateName } from "@myelin/core/neurons";
import { delta, repeatOverTime } from "@myelin/core/ops";
import { buildEncoder } from "@myelin/core/runs";
import type { Optimizer, Schedule } from "@myelin/core/training";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecipe, type Recipe } from "../recipe/index.ts";
import { buildObjective, buildOptimizer, buildSchedule, encoderDescription } from "./index.ts";
import { networkOf } from "../../test/network-of.ts";

let engine: core.Engine;
beforeAll(async () => {
  engine = await core.createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

function recipe(changes: object): Recipe {
  return parseRecipe(
    JSON.stringify({
      ...{ name: "test", data: { name: "mnist" }, timeSteps: 3, epochs: 4, batchSize: 2 },
      network: { type: "mlp", neuron: { type: "LIF" }, hidden: [] },
      optimizer: { type: "adam", lr: 1e-3 },
      ...changes,
    }),
  );
}

/** The network of `layers`, which get images [2, 4, 4], or 32 numbers behind `flatten`, and keep their shape. */
async function build(...layers: object[]): Promise<core.Module[]> {
  const network = { type: "sequential", neuron: { type: "LIF" }, layers };
  const task = { input: [2, 4, 4], sequence: true, classes: 32 };
  const built = await networkOf(recipe({ network }), task);
  return built.children().map(([, module]) => module);
}

/** Every option of a module that is no tensor and no name; a surrogate by its name and steepness. */
function options(module: core.Module): Record<string, unknown> {
  const entries = Object.entries(module).flatMap(([key, value]: [string, unknown]) => {
    if (key === "surrogate") {
      const { name, alpha } = value as Surrogate;
      return [[key, { name, alpha }]];
    }
    return ["number", "boolean", "string"].includes(typeof value) || value === null ? [[key, value]] : [];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** The numbers of a module's parameters that are not drawn: k and w. */
async function scalars(module: core.Module): Promise<number[]> {
  const single = module.parameters().filter(({ shape }) => shape.length === 0);
  return Promise.all(single.map((parameter) => parameter.item()));
}

describe("a neuron of a recipe is a neuron of TypeScript", () => {
  const names = ["IF", "LIF", "PLIF", "KLIF", "ALIF"] as const;

  it.each(names)("%s", async (type) => {
    const [, ours] = await build({ flatten: {} }, { neuron: { type } });
    const theirs = new core[type]();
    expect(options(ours!)).toEqual(options(theirs));
    expect(Object.keys(options(theirs))).toContain("detachReset");
    expect(await scalars(ours!)).toEqual(await scalars(theirs));
  });

  it.each(Object.keys(SURROGATE_ALPHA) as SurrogateName[])("with surrogate %s", async (type) => {
    const [, ours] = await build({ flatten: {} }, { neuron: { type: "LIF", surrogate: { type } } });
    expect(options(ours!)).toEqual(options(new core.LIF({ surrogate: type })));
  });
});

describe("a layer of a recipe is a layer of TypeScript", () => {
  const image: [string, object, () => core.Module][] = [
    ["conv2d", { outChannels: 2, kernelSize: 1 }, () => new core.Conv2d(2, 2, { kernelSize: 1 })],
    [
      "delayConv2d",
      { outChannels: 2, kernelSize: 1, maxDelay: 3 },
      () => new core.DelayConv2d(2, 2, { kernelSize: 1, maxDelay: 3 }),
    ],
    ["attention", {}, () => new core.AdvancedSpatialAttention({ timeSteps: 3, channels: 2 })],
    ["maxPool2d", { kernelSize: 1 }, () => new core.MaxPool2d({ kernelSize: 1 })],
    ["avgPool2d", { kernelSize: 1 }, () => new core.AvgPool2d({ kernelSize: 1 })],
  ];
  it.each(image)("%s", async (name, given, make) => {
    const [ours] = await build({ [name]: given }, { flatten: {} });
    expect(options(ours!)).toEqual(options(make()));
    expect(ours!.namedParameters().map(([key]) => key)).toEqual(
      make()
        .namedParameters()
        .map(([key]) => key),
    );
  });

  const flat: [string, object, () => core.Module][] = [
    ["linear", { outFeatures: 32 }, () => new core.Linear(32, 32)],
    ["delayLinear", { outFeatures: 32, maxDelay: 3 }, () => new core.DelayLinear(32, 32, { maxDelay: 3 })],
    ["batchNorm", {}, () => new core.BatchNorm(32)],
    ["dropout", { p: 0.3 }, () => new core.Dropout(0.3)],
    ["leakyIntegrator", {}, () => new core.LeakyIntegrator()],
  ];
  it.each(flat)("%s", async (name, given, make) => {
    const [, ours] = await build({ flatten: {} }, { [name]: given });
    expect(options(ours!)).toEqual(options(make()));
    expect(ours!.namedParameters().map(([key]) => key)).toEqual(
      make()
        .namedParameters()
        .map(([key]) => key),
    );
  });
});

describe("an optimiser of a recipe is an optimiser of TypeScript", () => {
  const network = (): core.Module => new core.Linear(2, 2);
  const cases = {
    sgd: (parameters: core.Tensor[]) => new core.SGD(parameters, { lr: 0.1 }),
    adam: (parameters: core.Tensor[]) => new core.Adam(parameters, { lr: 0.1 }),
    adamw: (parameters: core.Tensor[]) => new core.AdamW(parameters, { lr: 0.1 }),
  };

  it.each(Object.keys(cases) as (keyof typeof cases)[])("%s", (type) => {
    const { optimizer } = recipe({ optimizer: { type, lr: 0.1 } });
    const plain = ({ groups }: Optimizer): unknown =>
      groups.map(({ parameters: _, ...group }) => ({ ...group }));
    const theirs = cases[type](network().parameters());
    expect(plain(buildOptimizer(optimizer, network()))).toEqual(plain(theirs));
  });

  const schedules: [object, Schedule][] = [
    [{ type: "cosine" }, core.cosineAnnealing({ tMax: 4 })],
    [{ type: "step", epochs: 2 }, core.step({ stepSize: 2 })],
    [{ type: "oneCycle", every: "epoch" }, core.oneCycle({ maxLr: 0.1, totalSteps: 4 })],
  ];
  it.each(schedules)("schedule %j", (schedule, theirs) => {
    const made = recipe({ optimizer: { type: "adam", lr: 0.1, schedule } });
    const layer = network();
    const ours = buildSchedule(made, layer, buildOptimizer(made.optimizer, layer), 1)!.schedule;
    const initial = { lr: 0.1, momentum: 0.9 };
    for (const epoch of [0, 1, 2, 3]) expect(ours.at(epoch, initial)).toEqual(theirs.at(epoch, initial));
  });
});

describe("a loss or an encoder of a recipe is one of TypeScript", () => {
  const losses = {
    rateCrossEntropy: core.rateCrossEntropy,
    rateMse: core.rateMse,
    tet: core.tet,
    sumSoftmaxCrossEntropy: core.sumSoftmaxCrossEntropy,
    maxMembraneCrossEntropy: core.maxMembraneCrossEntropy,
  };

  it.each(Object.keys(losses) as (keyof typeof losses)[])("%s", async (type) => {
    const { loss } = buildObjective(recipe({ loss: { type } }).loss);
    const values = [0.5, 0.1, 0.25, 1, 0, 0.75];
    const [ours, theirs] = await engine.step(async () => {
      const labels = core.tensor([1], [1]);
      const x = core.tensor(values, [3, 1, 2]);
      return [await loss(x, labels).item(), await losses[type](x, labels).item()];
    });
    expect(ours).toBe(theirs);
  });

  it("delta", async () => {
    const { encoder } = recipe({ encoder: { type: "delta", threshold: 0.25 } });
    const [ours, theirs] = await engine.step(async () => {
      const x = core.tensor([-1, 0, 1], [1, 3]);
      const sequence = repeatOverTime(x, 2);
      const plain = delta(sequence, { threshold: 0.25 });
      const encode = buildEncoder(encoderDescription({ encoder, timeSteps: 2 })!);
      return [await encode(x, 0).data(), await plain.data()];
    });
    expect(ours).toEqual(theirs);
  });
});

it("structure and delays have the defaults of the core", () => {
  const { structure, delays } = recipe({ structure: { density: 0.5 }, delays: {} });
  const { structure: connections, ...others } = STRUCTURE_DEFAULTS;
  expect(structure).toMatchObject({ ...others, connections });
  expect(delays).toEqual(SIGMA_DEFAULTS);
});
