import { noGrad } from "@myelin/core";
import { inEvaluation } from "@myelin/core/layers";
import { currentEngine } from "@myelin/core/ops";
import { outputsOf } from "@myelin/core/runs";
import { spikingLayers, type Model } from "../../model/index.ts";
import { type SampleRecord, type SamplesRecord, RECORD_VERSION } from "../../records/index.ts";
import type { Samples } from "../data/index.ts";
import { readActivity } from "./activity.ts";
import { readArrivals } from "./arrivals.ts";
import { readAttention } from "./attention.ts";
import { chooseSamples } from "./choose.ts";
import { describeInput } from "./inputs.ts";
import { describeScores } from "./scores.ts";

/** Shows the network some samples of a data set and records spikes, potentials and what its methods do. */
export async function recordSamples(model: Model, samples: Samples): Promise<SamplesRecord> {
  const { network, recipe } = model;
  const neurons = spikingLayers(network).map(([, neuron]) => neuron);
  for (const neuron of neurons) neuron.record = { charged: true, potential: true };
  try {
    const records: SampleRecord[] = [];
    for (const index of chooseSamples(samples.labels, recipe.report.samples)) {
      const work = () => currentEngine().step(() => record(model, samples.select([index])));
      records.push({ index, ...(await inEvaluation(network, work)) });
    }
    return { version: RECORD_VERSION, classNames: samples.classNames, samples: records };
  } finally {
    for (const neuron of neurons) neuron.record = {};
  }
}

async function record(model: Model, one: Samples): Promise<SampleRecord> {
  const { network, objective, recipe } = model;
  const [batch] = one.batches({ batchSize: 1 });
  if (batch === undefined) throw new RangeError("recordSamples: expected a sample, got none.");
  const outputs = outputsOf(model, batch, recipe.seed);
  const scores = await noGrad(currentEngine(), () => objective.scores(outputs)).data();
  const { classNames, labels, sequence } = one;
  const label = labels[0] ?? 0;
  const input = describeInput(one, batch);
  const attention = await readAttention(network);
  const arrivals = input.units && (await readArrivals(network, input.units));
  return {
    label: classNames[label] ?? "",
    predicted: classNames[scores.indexOf(Math.max(...scores))] ?? "",
    steps: sequence ? (batch.shape[0] ?? 1) : (recipe.timeSteps ?? 1),
    ...input,
    layers: await readActivity(network, recipe, scores.length),
    scores: describeScores({ scores, outputs: await outputs.data(), classNames, label }),
    ...(attention.length > 0 && { attention }),
    ...(arrivals && { arrivals }),
  };
}
