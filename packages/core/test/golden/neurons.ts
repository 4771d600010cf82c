import * as core from "@myelin/core";
import { backward, IF, KLIF, LIF, PLIF, tensor, type Tensor } from "@myelin/core";
import { add, linear, reshape } from "@myelin/core/ops";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { booleanOption, choiceOption, numberOption } from "./options.ts";

const SURROGATES = ["atan", "sigmoid", "piecewiseQuadratic", "triangle", "rectangle", "fastSigmoid"] as const;

/** Spikes, potentials and gradients of one neuron layer; loss = sum(spikes gradSpikes) + sum(v gradV). */
export async function runNeuron(golden: GoldenCase, compare: Comparison): Promise<void> {
  const x = tensorOf(golden, "x");
  x.requiresGrad = true;
  const { layer, learned } = layerOf(golden);
  if (learned) learned.set(golden.tensor("param").data);
  layer.record = { potential: true, charged: true };
  const { spikes } = layer.run(x);
  const { lastPotential: potential, lastCharged: charged } = layer;
  const loss = [
    dot(spikes, tensorOf(golden, "gradSpikes")),
    dot(potential!, tensorOf(golden, "gradV")),
  ] as const;
  backward(add(...loss));
  await compare.spikes("spikes", spikes);
  await compare.tensor("charged", charged);
  await compare.tensor("v", potential);
  await compare.tensor("dx", x.grad);
  if (learned) await compare.tensor("dparam", learned.grad);
}

/** The layer of a case, and its number that learns. */
function layerOf({ options }: GoldenCase): { layer: IF | LIF | PLIF | KLIF; learned?: Tensor } {
  const kind = choiceOption(options, "neuron", ["IF", "LIF", "PLIF", "KLIF"]);
  const alpha = numberOption(options, "alpha");
  const name = choiceOption(options, "surrogate", SURROGATES);
  const shared = {
    vThreshold: numberOption(options, "vThreshold"),
    vReset: options["vReset"] === null ? null : numberOption(options, "vReset"),
    detachReset: booleanOption(options, "detachReset"),
    surrogate: core[name]({ alpha }),
  };
  if (kind === "IF") return { layer: new IF(shared) };
  const decayInput = booleanOption(options, "decayInput");
  if (kind === "PLIF") {
    const layer = new PLIF({ ...shared, decayInput });
    return { layer, learned: layer.w };
  }
  const tau = numberOption(options, "tau");
  if (kind === "LIF") return { layer: new LIF({ ...shared, decayInput, tau }) };
  const layer = new KLIF({ ...shared, decayInput, tau, scaleReset: booleanOption(options, "scaleReset") });
  return { layer, learned: layer.k };
}

function tensorOf(golden: GoldenCase, name: string): Tensor {
  const { data, shape } = golden.tensor(name);
  return tensor(data, shape);
}

/** `sum(a b)`, as a product with a weight of one row. */
function dot(a: Tensor, b: Tensor): Tensor {
  return linear(reshape(a, [1, a.size]), reshape(b, [1, b.size]));
}
