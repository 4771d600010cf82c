import { currentEngine, inEvaluation, noGrad, tensor } from "@myelin/core";
import { spikingLayers } from "../../model/index.ts";
import type { Model } from "../model.ts";
import type { SampleRecord } from "../record.ts";
import type { Samples } from "../samples/index.ts";
import { readActivity } from "./activity.ts";
import { readArrivals } from "./arrivals.ts";
import { readAttention } from "./attention.ts";
import { describeInput } from "./inputs.ts";

/** Shows the network the first sample of a data set and records spikes, potentials and what its methods do. */
export async function recordSample(model: Model, samples: Samples): Promise<SampleRecord> {
  const { network } = model;
  const one = samples.select([0]);
  const neurons = spikingLayers(network).map(([, neuron]) => neuron);
  for (const neuron of neurons) neuron.record = { charged: true };
  try {
    return await inEvaluation(network, () => currentEngine().step(() => record(model, one)));
  } finally {
    for (const neuron of neurons) neuron.record = {};
  }
}

async function record({ network, objective, encode, recipe }: Model, one: Samples): Promise<SampleRecord> {
  const [batch] = one.plain({ batchSize: 1 });
  if (batch === undefined) throw new RangeError("recordSample: expected a sample, got none.");
  const inputs = tensor(batch.inputs, batch.shape);
  const scores = noGrad(currentEngine(), () =>
    objective.scores(network.forward(encode?.(inputs, recipe.seed) ?? inputs)),
  );
  const values = await scores.data();
  const { classNames, labels, sequence } = one;
  const input = describeInput(one, batch);
  const attention = await readAttention(network);
  const arrivals = input.units && (await readArrivals(network, input.units));
  return {
    label: classNames[labels[0] ?? 0] ?? "",
    predicted: classNames[values.indexOf(Math.max(...values))] ?? "",
    steps: sequence ? (batch.shape[0] ?? 1) : (recipe.timeSteps ?? 1),
    ...input,
    layers: await readActivity(network, recipe),
    ...(attention.length > 0 && { attention }),
    ...(arrivals && { arrivals }),
  };
}
