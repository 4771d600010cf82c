/** Sections that are `false`, keys in the wrong place, and what encoders can read. */
import { describe, expect, it } from "vitest";
import { parseRecipe } from "./index.ts";

const TEXT = JSON.stringify({
  ...{ name: "test", data: { name: "mnist" }, timeSteps: 2, epochs: 3, batchSize: 2 },
  network: { type: "mlp", neuron: { type: "LIF" }, hidden: [4] },
  optimizer: { type: "adam", lr: 0.01 },
});
const parse = (...overrides: string[]) => parseRecipe(TEXT, { overrides });

describe("a section that may be absent", () => {
  it.each([
    ...["data.augment", "data.augment.crop", "data.augment.affine", "encoder", "delays", "structure"],
    ...["checkpoint", "report", "optimizer.schedule", "optimizer.positions", "extensions"],
  ])("%s may be false", (section) => {
    expect(parse(`${section}=false`)).toEqual(parse());
  });

  it.each(["masks", "warp", "cutMix"])("data.augment.%s of spike trains may be false", (name) => {
    const spikes = TEXT.replace('"mnist"', '"shd"').replace('"timeSteps":2,', "");
    expect(parseRecipe(spikes, { overrides: [`data.augment.${name}=false`] })).toEqual(parseRecipe(spikes));
  });

  it.each(["augment", "transforms"])("data.%s of events may be false", (name) => {
    const events = TEXT.replace('"mnist"', '"nmnist"');
    expect(parseRecipe(events, { overrides: [`data.${name}=false`] })).toEqual(parseRecipe(events));
  });

  it("is not the loss, which has to be chosen, nor one that must be there", () => {
    expect(() => parse("loss=false")).toThrow("loss: expected a section with keys, got false.");
    expect(() => parse("network=false")).toThrow("network: expected a section with keys, got false.");
  });

  it("leaves switches alone", () => {
    expect(parse("data.normalise=false", "data.augment.flip=false", "network.batchNorm=false")).toEqual(
      parse(),
    );
  });
});

it("a key that belongs to other data is not advised where it was written", () => {
  const spikes = TEXT.replace('"mnist"', '"shd"').replace('"timeSteps":2,', "");
  const overrides = ["data.augment.crop.padding=2"];
  expect(() => parseRecipe(spikes, { overrides })).toThrow(
    'unknown key "crop". data.augment.crop is no key of data shd. Known keys: warp, masks, cutMix.',
  );
  expect(() => parse("data.crop=2")).toThrow("Did you mean data.augment.crop?");
});

it("a key of the same section comes before one elsewhere that is spelt the same", () => {
  expect(() => parse("network.neuron.threshold=2")).toThrow("Did you mean vThreshold?");
  expect(() => parse("network.neuron.reset=0")).toThrow("Did you mean");
  expect(() => parse("optimizer.clip=1")).toThrow("Did you mean clipNorm?");
});

describe("a key in the wrong place", () => {
  it.each([
    ["limitTest=5", "data.limitTest"],
    ["tau=2", "network.neuron.tau"],
    ["network.tau=2", "network.neuron.tau"],
    ["labelSmoothing=0.1", "loss.labelSmoothing"],
  ])("%s: the place that this recipe has is named", (change, place) => {
    expect(() => parse("loss.type=tet", change)).toThrow(`Did you mean ${place}?`);
  });

  it.each(["constructor", "toString", "valueOf"])("%s is a key like any other", (key) => {
    expect(() => parseRecipe(TEXT.replace('"name":"mnist"', `"name":"mnist","${key}":1`))).toThrow(
      `data.${key}: unknown key "${key}". Known keys:`,
    );
  });
});

it.each([
  ["loss=tet", "{ type: tet }"],
  ["encoder=poisson", "{ type: poisson }"],
  ["optimizer.schedule=cosine", "{ type: cosine }"],
  ["network.neuron.surrogate=atan", "{ type: atan }"],
  ["data=mnist", "{ name: mnist }"],
])("%s: the section is shown", (change, section) => {
  expect(() => parse(change)).toThrow(`. Write ${section}.`);
});

describe("losses", () => {
  it.each(["rateCrossEntropy", "tet", "sumSoftmaxCrossEntropy", "maxMembraneCrossEntropy"])(
    "%s takes labelSmoothing",
    (type) => {
      expect(parse(`loss={ type: ${type}, labelSmoothing: 0.1 }`).loss).toMatchObject({
        labelSmoothing: 0.1,
      });
    },
  );

  it("weights that are all zero are refused", () => {
    expect(() => parse("loss={ type: rateMse, weight: [0, 0] }")).toThrow("a weight above 0 for some class");
  });
});

describe("encoders read pixels of 0..1", () => {
  it.each(["poisson", "latency", "delta"])("%s refuses what normalisation gives", (type) => {
    const encoder = `encoder.type=${type}`;
    const message = `data.normalise: expected no normalisation with the encoder ${type}, which reads pixels of 0..1`;
    expect(() => parse(encoder, "data.normalise=true")).toThrow(message);
    expect(() => parse(encoder, "data.normalise={ mean: [0.1], std: [0.5] }")).toThrow(message);
    expect(() => parse(encoder, "data.normalise={ mean: [0], std: [0.5] }")).toThrow(message);
    expect(() => parse(encoder, "data.normalise={ mean: [0], std: [2] }")).not.toThrow();
    expect(() => parse(encoder, "data.normalise=false")).not.toThrow();
  });

  it("a constant current may be anything", () => {
    expect(() => parse("data.normalise=true", "encoder.type=constant")).not.toThrow();
  });
});
