/** Networks as programs of Python; twin-python.test.ts runs them. */
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  createEngine,
  defineNeuron,
  Flatten,
  IF,
  KLIF,
  LeakyIntegrator,
  learnable,
  LIF,
  Linear,
  Module,
  PLIF,
  RepeatOverTime,
  Residual,
  Sequential,
  Vote,
  type Tensor,
} from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { expect, it } from "vitest";
import { snnTorchLeaky, twinSource } from "../src/index.ts";

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

it("twins of equations have a class for each neuron", () => {
  const Odd = defineNeuron({
    name: "Odd",
    state: { v: 0.5 },
    parameters: { lambda: learnable(0.3), tau: 4 },
    equations: "v = v + where(x < lambda, x, abs(v)) / tau ** 2\ns = spike(v - pi)\nv = v * (1 - s)",
  });
  const network = new Sequential(
    new Odd({ tau: [2, 3] }),
    new Odd({ lambda: 1 }),
    snnTorchLeaky({ beta: 0.5 }),
  );
  const source = twinSource(network);
  expect(source).toContain(`class Equations1(Equations):
    "Odd"

    at_rest = [0.5]

    def equations(self, x, v, lambda_, tau):
        v = v + functions.where(x < lambda_, x, functions.abs(v)) / tau ** 2
        s = functions.spike(v - math.pi)
        v = v * (1 - s)
        return s, [v]`);
  expect(layersOf(network)).toEqual([
    '("0", Equations1({"lambda": learned(), "tau": [2.0, 3.0]})),',
    '("1", Equations1({"lambda": learned(), "tau": 4.0})),',
    '("2", Equations2({"beta": 0.5, "threshold": 1.0, "gradedSpikesFactor": 1.0})),',
  ]);
});

it("layers without a twin are named", () => {
  const Two = defineNeuron({
    name: "Two",
    state: { v: 0 },
    inputs: ["x", "y"],
    equations: "v = v + x * y\ns = spike(v)",
  });
  const network = new Sequential(new Linear(2, 2), new Two());
  expect(() => twinSource(network)).toThrow(
    "expected neurons of one input, got Sequential.1 (Two) with x, y",
  );
  const Own = class extends Module {
    forward(x: Tensor): Tensor {
      return x;
    }
  };
  const own = new Sequential(new Linear(2, 2), new Own());
  expect(() => twinSource(own)).toThrow("have a twin in PyTorch, got Sequential.1 (Own)");
  expect(() => twinSource(own)).toThrow(UnsupportedError);
});
