/** Numbers that several pictures need. */
import { LIF, noGrad, type Sequential, tensor } from "@myelin/core";
import type { Dataset } from "@myelin/data";

/** The whole numbers from one to another, which is left out. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The mean rate of each layer of neurons at each time step, over the test samples. */
export async function ratesOverTime(network: Sequential, test: Dataset): Promise<[number, number][][]> {
  const [batch] = [...test.batches({ batchSize: 100 })];
  const rates: [number, number][][] = [];
  network.eval();
  let x = tensor(batch!.inputs, batch!.shape);
  for (const layer of network.layers) {
    x = noGrad(x.engine, () => layer.forward(x));
    if (!(layer instanceof LIF)) continue;
    const spikes = await x.data();
    const each = spikes.length / 4;
    rates.push(numbers(0, 4).map((t) => [t + 1, meanOf(spikes.subarray(t * each, (t + 1) * each))]));
  }
  return rates;
}

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0) / values.length;
}
