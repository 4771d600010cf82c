import { countActivity, type Batches, type Module } from "@myelin/core";
import { checkOptions } from "@myelin/core/checks";
import type { TensorData } from "@myelin/core/io";
import type { ActivityOptions } from "@myelin/core/training";
import { exportStateDict } from "../weights/index.ts";

/** Figures under the names that NeuroBench gives them. */
export interface NeurobenchMetrics {
  /** Bytes of parameters and buffers. */
  readonly Footprint: number;
  /** Numbers that learn. */
  readonly ParameterCount: number;
  /** Share of weights that are 0, to four decimals. */
  readonly ConnectionSparsity: number;
  /** Share of neurons and time steps without a spike. */
  readonly ActivationSparsity: number;
  /** Per sample. Those of spikes are ACs, those of other inputs MACs; dense are all, zeros included. */
  readonly SynapticOperations: {
    readonly Effective_MACs: number;
    readonly Effective_ACs: number;
    readonly Dense: number;
  };
  /** Per sample: neurons times time steps. NeuroBench leaves out updates that change nothing. */
  readonly MembraneUpdates: number;
}

/**
 * The metrics of NeuroBench for a network on data, under its names.
 *
 * @source Yik et al., "The neurobench framework for benchmarking neuromorphic computing algorithms and systems", Nature
 * Communications 2025; definitions as in its code, version 2.3
 */
export async function neurobenchMetrics(
  network: Module,
  batches: Batches,
  options: ActivityOptions = {},
): Promise<NeurobenchMetrics> {
  checkOptions("neurobenchMetrics", options, { encode: true, signal: true });
  const activity = await countActivity(network, batches, options);
  const tensors = [...(await exportStateDict(network))];
  const weights = tensors.filter(([name, { shape }]) => name.endsWith("weight") && shape.length > 1);
  const { mac, ac, dense, spikes, neuronUpdates } = activity;
  return {
    Footprint: tensors.reduce((sum, [, { data }]) => sum + data.byteLength, 0),
    ParameterCount: network.parameters().reduce((sum, { size }) => sum + size, 0),
    ConnectionSparsity: Number(zeroShare(weights.map(([, weight]) => weight)).toFixed(4)),
    ActivationSparsity: neuronUpdates === 0 ? 0 : 1 - spikes / neuronUpdates,
    SynapticOperations: { Effective_MACs: mac, Effective_ACs: ac, Dense: dense },
    MembraneUpdates: neuronUpdates,
  };
}

function zeroShare(weights: readonly TensorData[]): number {
  let [zeros, count] = [0, 0];
  for (const { data } of weights) {
    count += data.length;
    for (const value of data) if (Number(value) === 0) zeros++;
  }
  return count === 0 ? 0 : zeros / count;
}
