import {
  countSpikes,
  type Engine,
  meanOverTime,
  noGrad,
  setLengths,
  tensor,
  type Tensor,
} from "../engine/index.ts";
import { SpikingNeuron } from "../neurons/index.ts";
import { type Batch, countCorrect, lossTargets } from "./batch.ts";
import { findNonFinite, type NonFinite } from "./diagnose.ts";
import { checkFiniteBatch } from "./finite.ts";
import type { TrainerOptions } from "./options.ts";
import type { Tally } from "./tally.ts";

/** What a batch gives; both live until the engine's step ends. */
export interface BatchOutput {
  readonly output: Tensor;
  readonly loss: Tensor;
}

/** Takes batches through a network, as training and evaluation both do; everything inside the engine's step. */
export class BatchPass {
  readonly #options: TrainerOptions;
  readonly #engine: Engine;
  readonly #spiking: readonly [string, SpikingNeuron<unknown>][];

  constructor(options: TrainerOptions, engine: Engine) {
    this.#options = options;
    this.#engine = engine;
    this.#spiking = options.network
      .namedModules()
      .filter((entry): entry is [string, SpikingNeuron<unknown>] => entry[1] instanceof SpikingNeuron);
  }

  /**
   * Output and loss of a batch.
   *
   * @param key seeds a random encoder
   * @param where the batch, for messages
   * @throws TrainingError if inputs or targets are not finite, or a label is no class
   */
  forward(batch: Batch, key: number, where: string): BatchOutput {
    checkFiniteBatch(batch, where);
    const output = this.#options.network.forward(this.#input(batch, key));
    return { output, loss: this.#loss(output, batch) };
  }

  /** @throws TrainingError if the predictions are not [B, K] or not finite */
  countCorrect(output: Tensor, { labels }: Batch, where: string): Promise<number> {
    const { predict = defaultPrediction } = this.#options;
    const predictions = noGrad(this.#engine, () => predict(output));
    return countCorrect(predictions, labels, where);
  }

  /** Adds the spikes of the latest forward pass; layers that did not run are left out. */
  async countSpikes(tally: Tally): Promise<void> {
    for (const [path, neuron] of this.#spiking) {
      const spikes = neuron.lastSpikes;
      if (spikes === undefined) continue;
      const { count, size } = await countSpikes(spikes);
      tally.addSpikes(path, count, size);
    }
  }

  /** Goes through the batch again and names the first place whose numbers are not finite. */
  explain(batch: Batch, key: number): Promise<NonFinite> {
    const { network } = this.#options;
    const input = this.#input(batch, key);
    return findNonFinite({ network, input, loss: (output) => this.#loss(output, batch) });
  }

  #input(batch: Batch, key: number): Tensor {
    for (const [, neuron] of this.#spiking) neuron.remember(undefined);
    const given = tensor(batch.inputs, batch.shape);
    const inputs = this.#options.encode?.(given, key) ?? given;
    setLengths(inputs, batch.lengths);
    return inputs;
  }

  #loss(output: Tensor, batch: Batch): Tensor {
    return this.#options.loss(output, lossTargets(batch, output.shape.at(-1) ?? 0));
  }
}

/** Sequences [T, B, K] are averaged over time; [B, K] stays. */
function defaultPrediction(output: Tensor): Tensor {
  return output.shape.length === 3 ? meanOverTime(output, "Trainer.predict") : output;
}
