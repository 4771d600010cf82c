import {
  Adam,
  atan,
  backward,
  BatchNorm,
  DelayLinear,
  type Engine,
  LeakyIntegrator,
  LIF,
  parameter,
  Sequential,
  tensor,
} from "@myelin/core";
import { positionParameters } from "@myelin/core/layers";
import { delayLinear, multiply, sum } from "@myelin/core/ops";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { trainNetwork } from "./networks.ts";
import { booleanOption, choiceOption, numberOption } from "./options.ts";

/** Output, gradients and the kernel of one layer; the kernel is the layer's response to an impulse at each input. */
export async function runDelayLayer(golden: GoldenCase, compare: Comparison): Promise<void> {
  const [weight, position] = ["weight", "position"].map((name) => {
    const { data, shape } = golden.tensor(name);
    return parameter(data, shape);
  });
  const given = golden.tensor("x");
  const x = tensor(given.data, given.shape);
  x.requiresGrad = true;
  const options = optionsOf(golden);
  const y = delayLinear(x, weight!, position!, options);
  const gradY = golden.tensor("gradY");
  backward(sum(multiply(y, tensor(gradY.data, gradY.shape))));
  await compare.tensor("y", y);
  await compare.tensor("dx", x.grad);
  await compare.tensor("dweight", weight!.grad);
  await compare.tensor("dposition", position!.grad);
  const { maxDelay } = options;
  const inputs = given.shape[2]!;
  const responses = delayLinear(impulses(maxDelay, inputs), weight!, position!, {
    ...options,
    keepLength: true,
  });
  compare.numbers("kernel", kernelOf(await responses.data(), maxDelay, inputs));
}

function optionsOf({ options }: GoldenCase) {
  const shape = choiceOption(options, "version", ["gauss", "max"]);
  const sigma = numberOption(options, "sig") + (shape === "gauss" ? 0.27 : 1);
  return { shape, sigma, rounded: false, maxDelay: numberOption(options, "maxDelay"), keepLength: false };
}

/** Sample i has one spike, at the first step, at input i. */
function impulses(steps: number, inputs: number) {
  const first = Array.from({ length: inputs * inputs }, (_, at) => Number(at % (inputs + 1) === 0));
  return tensor(
    [...first, ...new Array<number>((steps - 1) * inputs * inputs).fill(0)],
    [steps, inputs, inputs],
  );
}

/** Responses [delay, input, output] as a kernel [output, input, tap]: tap s is a delay of Kd - 1 - s. */
function kernelOf(responses: Float32Array, taps: number, inputs: number): number[] {
  const outputs = responses.length / (taps * inputs);
  const kernel: number[] = [];
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let s = 0; s < taps; s++) kernel.push(responses[((taps - 1 - s) * inputs + i) * outputs + o]!);
    }
  }
  return kernel;
}

/** Two hidden layers with delays and a readout with delays; positions have a learning rate of their own. */
export async function runDelayNet(golden: GoldenCase, compare: Comparison, engine: Engine): Promise<void> {
  const { options } = golden;
  const network = buildDelayNet(golden);
  const positions = positionParameters(network);
  const weights = network.parameters().filter((weight) => !positions.includes(weight));
  const optimiser = new Adam(
    [
      { parameters: weights, lr: numberOption(options, "lrWeight") },
      { parameters: positions, lr: numberOption(options, "lrPosition") },
    ],
    { lr: 1 },
  );
  const afterStep = (): void => network.namedModules().forEach(([, module]) => module.afterStep());
  await trainNetwork(golden, compare, { network, optimiser, afterStep, step: (work) => engine.step(work) });
}

function buildDelayNet(golden: GoldenCase): Sequential {
  const { options } = golden;
  const neuron = { tau: numberOption(options, "tau"), decayInput: booleanOption(options, "decayInput") };
  const lif = () =>
    new LIF({
      ...neuron,
      detachReset: booleanOption(options, "detachReset"),
      surrogate: atan({ alpha: numberOption(options, "alpha") }),
    });
  const delay = (name: string) => {
    const [outputs, inputs] = golden.tensor(`start.${name}.weight`).shape as [number, number];
    const layer = { maxDelay: numberOption(options, "maxDelay"), sigmaInit: numberOption(options, "sig") };
    return new DelayLinear(inputs, outputs, layer);
  };
  const norm = (name: string) =>
    new BatchNorm(golden.tensor(`start.${name}.weight`).shape[0]!, { eps: numberOption(options, "bnEps") });
  return new Sequential({
    ...{ d1: delay("d1"), bn1: norm("bn1"), lif1: lif() },
    ...{ d2: delay("d2"), bn2: norm("bn2"), lif2: lif() },
    ...{ d3: delay("d3"), readout: new LeakyIntegrator(neuron) },
  });
}
