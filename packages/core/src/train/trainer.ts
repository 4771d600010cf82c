import { checkInteger, checkNumber } from "../checks.ts";
import { backward, countSpikes, currentEngine, type Engine, meanOverTime, noGrad } from "../engine/index.ts";
import { setLengths, tensor, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { SpikingNeuron } from "../neurons/index.ts";
import type { Module } from "../nn/index.ts";
import { clipGradNorm, gradNorm } from "../optim/index.ts";
import {
  type Batch,
  type Batches,
  lossTargets,
  countCorrect,
  evaluationKey,
  type StopSignal,
} from "./batch.ts";
import { findNonFinite } from "./diagnose.ts";
import type { Position, TrainerOptions } from "./options.ts";
import { type Metrics, Tally, type TallyState } from "./tally.ts";

/** Everything a trainer needs to go on, as plain JSON; parameters and optimiser state are saved apart. */
export interface TrainerState extends Position {
  readonly random: readonly number[];
  readonly tally: TallyState;
}

/** How `run` ended and where it stands. */
export interface RunResult {
  readonly reason: "finished" | "stopped";
  readonly position: Position;
}

/** What one training batch yields. */
interface BatchResult {
  readonly loss: number;
  readonly correct: number;
  readonly gradNorm: number;
}

/**
 * Trains a network on batches: forward, loss, backward, clipping, optimiser, `afterStep` of every module, metrics.
 *
 * It neither reads nor writes files nor prints: hooks tell what happens, `getState` and `setState`
 * carry it across runs. A run that is resumed from the state after any batch gives the same bits as
 * one that was never interrupted.
 *
 * @example
 * const trainer = new Trainer({ network, optimizer, loss: rateCrossEntropy, batches: (epoch) => loader(epoch) });
 * await trainer.run({ epochs: 10 });
 */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #engine: Engine;
  readonly #modules: readonly Module[];
  readonly #spiking: readonly [string, SpikingNeuron<unknown>][];
  readonly #ratesEvery: number;
  #position: Position = { epoch: 0, batch: 0, step: 0 };
  #tally = new Tally();

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#engine = currentEngine();
    this.#ratesEvery = checkInteger("Trainer.ratesEvery", options.ratesEvery ?? 10, { min: 1 });
    if (options.clipNorm !== undefined) checkNumber("Trainer.clipNorm", options.clipNorm, { above: 0 });
    const modules = options.network.namedModules();
    this.#modules = modules.map(([, module]) => module);
    this.#spiking = modules.filter(
      (entry): entry is [string, SpikingNeuron<unknown>] => entry[1] instanceof SpikingNeuron,
    );
  }

  /** The next batch to run. */
  get position(): Position {
    return this.#position;
  }

  /**
   * Trains until `epochs` epochs are done altogether, or `signal` is aborted; then it stops after the
   * running batch.
   *
   * @throws TrainingError if the loss or a gradient is not finite, or an epoch has no batches
   */
  async run(options: { readonly epochs: number; readonly signal?: StopSignal }): Promise<RunResult> {
    const epochs = checkInteger("Trainer.run.epochs", options.epochs, { min: 0 });
    this.#options.network.train();
    while (this.#position.epoch < epochs) {
      await this.#trainEpoch(options.signal);
      if (!isAborted(options.signal)) await this.#finishEpoch(options.signal);
      if (isAborted(options.signal)) return { reason: "stopped", position: this.#position };
    }
    return { reason: "finished", position: this.#position };
  }

  /**
   * Loss, accuracy and firing rates without training, in evaluation mode.
   *
   * @param signal stops after the running batch; the metrics then cover the batches so far
   * @throws TrainingError if there are no batches
   */
  async evaluate(batches: Batches, signal?: StopSignal): Promise<Metrics> {
    const { network } = this.#options;
    const tally = new Tally();
    const wasTraining = network.training;
    network.eval();
    try {
      let index = 0;
      for await (const batch of batches) {
        await this.#evaluateBatch(batch, evaluationKey(index), tally);
        index++;
        if (isAborted(signal)) break;
      }
    } finally {
      if (wasTraining) network.train();
    }
    if (tally.samples === 0) throw new TrainingError("Trainer.evaluate: expected batches, got none.");
    return tally.metrics();
  }

  /** Position, generator and the sums of the running epoch. Call it between batches or in a hook. */
  getState(): TrainerState {
    return { ...this.#position, random: this.#engine.random.getState(), tally: this.#tally.getState() };
  }

  /**
   * Continues from what `getState` returned; parameters and optimiser have to be restored too.
   * @throws MyelinError if the state is not one
   */
  setState(state: TrainerState): void {
    const [epoch, batch, step] = (["epoch", "batch", "step"] as const).map((name) =>
      checkInteger(`Trainer.setState.${name}`, state[name], { min: 0 }),
    ) as [number, number, number];
    this.#engine.random.setState([...state.random]);
    this.#position = { epoch, batch, step };
    this.#tally = new Tally(state.tally);
  }

  async #trainEpoch(signal: StopSignal | undefined): Promise<void> {
    if (isAborted(signal)) return;
    const { epoch, batch: start } = this.#position;
    this.#options.beforeEpoch?.(epoch);
    let mark = Date.now();
    for await (const batch of this.#options.batches(epoch, start)) {
      const result = await this.#trainBatch(batch);
      const { batch: done, step } = this.#position;
      this.#position = { epoch, batch: done + 1, step: step + 1 };
      const milliseconds = Date.now() - mark;
      this.#tally.addBatch({ samples: batch.labels.length, milliseconds, ...result });
      await this.#reportBatch(result);
      if (isAborted(signal)) return;
      mark = Date.now();
    }
    if (this.#tally.samples === 0) {
      throw new TrainingError(
        `Trainer: expected batches in epoch ${epoch}, got none. Is the data set empty?`,
      );
    }
  }

  async #finishEpoch(signal: StopSignal | undefined): Promise<void> {
    const { evaluation, onEpoch } = this.#options;
    const { epoch, step } = this.#position;
    const train = this.#tally.metrics();
    const tested = evaluation && (await this.evaluate(evaluation(), signal));
    if (isAborted(signal)) return;
    this.#position = { epoch: epoch + 1, batch: 0, step };
    this.#tally = new Tally();
    await onEpoch?.({ epoch, step, lr: this.#lr(), train, ...(tested && { evaluation: tested }) });
  }

  async #reportBatch({ loss: batchLoss, gradNorm: norm }: BatchResult): Promise<void> {
    const { loss, accuracy, samples, samplesPerSecond } = this.#tally;
    const totals = { loss, accuracy, samples, samplesPerSecond };
    await this.#options.onBatch?.({
      ...this.#position,
      ...totals,
      batchLoss,
      lr: this.#lr(),
      gradNorm: norm,
    });
  }

  #lr(): number {
    return this.#options.optimizer.groups[0]?.lr ?? 0;
  }

  async #trainBatch(batch: Batch): Promise<BatchResult> {
    const before = this.#engine.random.getState();
    const result = await this.#engine.step(() => this.#trainStep(batch));
    if (Number.isFinite(result.loss) && Number.isFinite(result.gradNorm)) return result;
    this.#engine.random.setState(before);
    throw await this.#engine.step(() => this.#explain(batch, result));
  }

  /** Leaves the parameters alone when the loss or a gradient is not finite. */
  async #trainStep(batch: Batch): Promise<BatchResult> {
    const { network, optimizer, clipNorm, evolution } = this.#options;
    const output = network.forward(this.#input(batch, this.#key()));
    const loss = this.#loss(output, batch);
    backward(loss);
    await evolution?.afterBackward();
    const value = await loss.item();
    const { parameters } = optimizer;
    const norm = await (clipNorm === undefined ? gradNorm(parameters) : clipGradNorm(parameters, clipNorm));
    if (Number.isFinite(value) && Number.isFinite(norm)) await this.#update();
    else optimizer.zeroGrad();
    const correct = await this.#countCorrect(output, batch);
    if (this.#position.step % this.#ratesEvery === 0) await this.#countSpikes(this.#tally);
    return { loss: value, correct, gradNorm: norm };
  }

  async #update(): Promise<void> {
    const { optimizer, schedule, scheduleUnit = "step", evolution } = this.#options;
    schedule?.apply(optimizer, this.#position[scheduleUnit]);
    optimizer.step();
    for (const module of this.#modules) module.afterStep();
    await evolution?.afterStep();
  }

  async #evaluateBatch(batch: Batch, key: number, tally: Tally): Promise<void> {
    const start = Date.now();
    const result = await this.#engine.step(async () => {
      const [output, loss] = noGrad(this.#engine, () => {
        const y = this.#options.network.forward(this.#input(batch, key));
        return [y, this.#loss(y, batch)] as const;
      });
      await this.#countSpikes(tally);
      return { loss: await loss.item(), correct: await this.#countCorrect(output, batch) };
    });
    tally.addBatch({ samples: batch.labels.length, milliseconds: Date.now() - start, ...result });
  }

  /** A fresh key for a random encoder; without an encoder the generator stays as it is. */
  #key(): number {
    return this.#options.encode === undefined ? 0 : this.#engine.random.nextUint32();
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

  #countCorrect(output: Tensor, batch: Batch): Promise<number> {
    const { predict = defaultPrediction } = this.#options;
    return countCorrect(
      noGrad(this.#engine, () => predict(output)),
      batch.labels,
    );
  }

  async #countSpikes(tally: Tally): Promise<void> {
    for (const [path, neuron] of this.#spiking) {
      const spikes = neuron.lastSpikes;
      if (spikes === undefined) continue;
      const { count, size } = await countSpikes(spikes);
      tally.addSpikes(path, count, size);
    }
  }

  async #explain(batch: Batch, { loss, gradNorm: norm }: BatchResult): Promise<TrainingError> {
    const { network } = this.#options;
    const input = this.#input(batch, this.#key());
    const place = await findNonFinite({ network, input, loss: (output) => this.#loss(output, batch) });
    const { epoch, batch: index, step } = this.#position;
    const where = `epoch ${epoch}, batch ${index} (step ${step})`;
    const got = `loss ${loss} and gradient norm ${norm}`;
    const hint = "Try a lower learning rate, gradient clipping or other input scaling.";
    return new TrainingError(
      `Trainer: expected a finite loss and gradient at ${where}, got ${got}; first not finite: ${place}. ${hint}`,
    );
  }
}

function isAborted(signal: StopSignal | undefined): boolean {
  return signal?.aborted ?? false;
}

/** Sequences [T, B, K] are averaged over time; [B, K] stays. */
function defaultPrediction(output: Tensor): Tensor {
  return output.shape.length === 3 ? meanOverTime(output, "Trainer.predict") : output;
}
