import {
  inScope,
  checkTensor,
  countSpikes,
  type Engine,
  meanOverTime,
  noGrad,
  setLengths,
  setPartLengths,
  tensor,
  type Tensor,
} from "../engine/index.ts";
import type { SequencePart } from "../nn/index.ts";
import { SpikingNeuron } from "../neurons/index.ts";
import type { Batch } from "./batch.ts";
import { countCorrect, lossTargets } from "./labels.ts";
import { findNonFinite, type NonFinite } from "./diagnose.ts";
import { checkFiniteBatch, isFiniteTensor } from "./finite.ts";
import type { TrainerOptions } from "./options.ts";
import type { Tally } from "./tally.ts";

/** Said where a function gives no tensor: `undefined` mostly for a missing return, a promise for `async`. */
const [INPUT_HINT, OUTPUT_HINT, LOSS_HINT, SCORES_HINT] = [
  "It returns the network's input, and is no async function.",
  "`forward` returns the output, and is no async function.",
  "It returns the loss, a tensor of one number, and is no async function.",
  "It returns scores [B, K], and is no async function.",
] as const;

/** What some time steps of a batch give; it lives until the engine's step ends. */
export interface PartOutput {
  readonly output: Tensor;
  /** The first neuron whose potentials are not finite. */
  readonly spoilt: string | undefined;
}

/** What a batch gives; it lives until the engine's step ends. */
export interface BatchOutput extends PartOutput {
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
    const input = this.#input(batch, key);
    const output = this.#output(input);
    return { output, loss: this.loss(output, batch), spoilt: this.#findSpoilt() };
  }

  /**
   * The output of some time steps of a batch, in a stream.
   *
   * @param batch has a time axis
   */
  forwardPart({ inputs, shape, lengths }: Batch, part: SequencePart): PartOutput {
    for (const [, neuron] of this.#spiking) neuron.remember(undefined);
    const [steps = 0, ...sample] = shape;
    const size = inputs.length / steps;
    const values = inputs.subarray(part.first * size, (part.first + part.steps) * size);
    const input = tensor(values, [part.steps, ...sample]);
    setPartLengths(input, lengths, part.first);
    return { output: this.#output(input), spoilt: this.#findSpoilt() };
  }

  /** The loss of a batch's output. */
  loss(output: Tensor, batch: Batch): Tensor {
    const loss = this.#options.loss(output, lossTargets(batch, output.shape.at(-1) ?? 0));
    return checkTensor("Trainer.loss", loss, output, LOSS_HINT);
  }

  /** @throws TrainingError if the predictions are not [B, K] or not finite */
  countCorrect(output: Tensor, { labels }: Batch, where: string): Promise<number> {
    const { predict = defaultPrediction } = this.#options;
    const predictions = noGrad(this.#engine, () => predict(output));
    return countCorrect(checkTensor("Trainer.predict", predictions, output, SCORES_HINT), labels, where);
  }

  /** Adds the spikes of all calls of the latest forward pass; layers that did not run are left out. */
  async countSpikes(tally: Tally): Promise<void> {
    for (const [path, neuron] of this.#spiking) {
      const calls = neuron.stepSpikes;
      for (const [index, spikes] of calls.entries()) {
        const { count, size } = await countSpikes(spikes, { index, total: calls.length });
        tally.addSpikes(path, count, size);
      }
    }
  }

  /** Goes through the batch again and names the first place whose numbers are not finite. */
  explain(batch: Batch, key: number): NonFinite {
    const { network } = this.#options;
    const input = this.#input(batch, key);
    return findNonFinite({ network, input, loss: (output) => this.loss(output, batch) });
  }

  /**
   * A potential that is not finite once stays so. Comparisons with NaN are false, so such a neuron gives no spikes, and
   * neither output nor loss would show it.
   */
  #findSpoilt(): string | undefined {
    const spoilt = this.#spiking.find(([, neuron]) =>
      neuron.stepPotentials.some((potential) => !isFiniteTensor(potential)),
    );
    return spoilt?.[0];
  }

  #input(batch: Batch, key: number): Tensor {
    for (const [, neuron] of this.#spiking) neuron.remember(undefined);
    const given = tensor(batch.inputs, batch.shape);
    const { encode = (values: Tensor) => values } = this.#options;
    const inputs = checkTensor("Trainer.encode", encode(given, key), given, INPUT_HINT);
    setLengths(inputs, batch.lengths);
    return inputs;
  }

  #output(input: Tensor): Tensor {
    return checkTensor("Trainer.network", this.#options.network.forward(input), input, OUTPUT_HINT);
  }
}

/** Sequences [T, B, K] are averaged over time; [B, K] stays. */
function defaultPrediction(output: Tensor): Tensor {
  return output.shape.length === 3 ? inScope("Trainer.predict", () => meanOverTime(output)) : output;
}
