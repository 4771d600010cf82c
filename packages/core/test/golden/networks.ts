import {
  Adam,
  atan,
  AvgPool2d,
  backward,
  BatchNorm,
  Conv2d,
  Flatten,
  KLIF,
  Linear,
  Sequential,
  tensor,
  type Tensor,
} from "@myelin/core";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { lossNamed, LOSS_NAMES } from "./losses.ts";
import { booleanOption, choiceOption, numberOption } from "./options.ts";

/** Runs work in an engine step. */
export type Step = (work: () => Promise<void>) => Promise<void>;

/** A network and how to train it. */
export interface Training {
  readonly network: Sequential;
  readonly optimiser: Adam;
  readonly step: Step;
  readonly afterStep?: () => void;
}

/** A convolutional network with KLIF neurons. */
export async function runConvKlifNet(golden: GoldenCase, compare: Comparison, step: Step): Promise<void> {
  const network = buildConvKlifNet(golden);
  const optimiser = new Adam(network.parameters(), { lr: numberOption(golden.options, "lr") });
  await trainNetwork(golden, compare, { network, optimiser, step });
}

/** First gradients, loss curve and final parameters of full-batch training with Adam. */
export async function trainNetwork(
  golden: GoldenCase,
  compare: Comparison,
  { network, optimiser, step, afterStep }: Training,
): Promise<void> {
  const parameters = network.namedParameters();
  for (const [name, parameter] of parameters) parameter.set(golden.tensor(`start.${name}`).data);
  const losses: number[] = [];
  for (let n = 0; n < golden.tensor("losses").data.length; n++) {
    await step(async () => {
      const loss = lossOf(golden, network);
      backward(loss);
      losses.push(await loss.item());
      if (n === 0) for (const [name, { grad }] of parameters) await compare.tensor(`grad0.${name}`, grad);
      optimiser.step();
      afterStep?.();
    });
  }
  compare.curve("losses", losses);
  for (const [name, parameter] of parameters) await compare.tensor(`end.${name}`, parameter);
}

function lossOf(golden: GoldenCase, network: Sequential): Tensor {
  const [x, labels] = [golden.tensor("x"), golden.tensor("labels")];
  const loss = lossNamed(choiceOption(golden.options, "loss", LOSS_NAMES));
  return loss(network.forward(tensor(x.data, x.shape)), tensor(labels.data, labels.shape), golden.options);
}

function buildConvKlifNet(golden: GoldenCase): Sequential {
  const { options } = golden;
  const [outChannels, inChannels, kernelSize] = golden.tensor("start.conv1.weight").shape as [
    number,
    number,
    number,
  ];
  const [outFeatures, inFeatures] = golden.tensor("start.fc.weight").shape as [number, number];
  const klif = () =>
    new KLIF({
      tau: numberOption(options, "tau"),
      decayInput: booleanOption(options, "decayInput"),
      detachReset: booleanOption(options, "detachReset"),
      surrogate: atan({ alpha: numberOption(options, "alpha") }),
    });
  return new Sequential({
    conv1: new Conv2d(inChannels, outChannels, {
      kernelSize,
      padding: numberOption(options, "padding"),
      bias: false,
    }),
    bn1: new BatchNorm(outChannels, { eps: numberOption(options, "bnEps") }),
    klif1: klif(),
    pool: new AvgPool2d({ kernelSize: 2 }),
    flatten: new Flatten(),
    fc: new Linear(inFeatures, outFeatures),
    klif2: klif(),
  });
}
