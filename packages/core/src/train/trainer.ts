import { checkInteger, checkOptions } from "../checks.ts";
import { ALONE, type Communicator } from "../communicate/index.ts";
import { backward, currentEngine, type Engine, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { Module } from "../nn/index.ts";
import { clipGradNorm, gradNorm } from "../optim/index.ts";
import type { Batch, StopSignal } from "./batch.ts";
import { BatchPass } from "./batch-pass.ts";
import { checkBeginning, checkReached } from "./begin.ts";
import { checkSharing, checkSignal, checkTrainerOptions } from "./check-options.ts";
import { checkGradients, checkParameters, type NonFinite } from "./diagnose.ts";
import { evaluateBatches } from "./evaluate.ts";
import { gatherObjects } from "./gather.ts";
import { grouped } from "./groups.ts";
import { deadEnd, DeadEndWatch, LossWatch, warnOfSilence } from "./health.ts";
import type { Position, TrainerOptions } from "./options.ts";
import { type BatchInPieces, type BatchSource, inPieces, wholeOf } from "./pieces.ts";
import { SplitStep } from "./split-step.ts";
import { checkTally, type FiringRates, type Metrics, Tally, type TallyState } from "./tally.ts";

/** Steps without a gradient before a run ends. */
const DEAD_AFTER = 20;

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

/** What one step of the optimiser yields. */
interface StepResult {
  readonly loss: number;
  readonly correct: number;
  readonly gradNorm: number;
  /** The first neuron whose potentials are not finite. */
  readonly spoilt?: string | undefined;
}

/** What `run` works with. */
interface Training {
  readonly modules: ReadonlySet<Module>;
  readonly pass: BatchPass;
  /** Where steps have several parts, or several processes. */
  readonly split: SplitStep | undefined;
  /** Whether no batch of this run was trained on yet. */
  isFirst: boolean;
}

/**
 * Trains a network on batches: forward, loss, backward, clipping, optimiser, `afterStep` of every module, metrics.
 *
 * It neither reads nor writes files nor prints: hooks tell what happens, `getState` and `setState`
 * carry it across runs. What is probably a mistake but no error goes to `onWarning`: layers without spikes,
 * parameters without gradients, losses beyond all measure. A run that is resumed from the state after any step of the optimiser gives the same bits as
 * one that was never interrupted.
 *
 * @example
 * const trainer = new Trainer({ network, optimizer, loss: rateCrossEntropy, batches: (epoch) => loader(epoch) });
 * await trainer.run({ epochs: 10 });
 */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #engine: Engine;
  readonly #ratesEvery: number;
  readonly #accumulate: number;
  readonly #communicator: Communicator;
  readonly #lossWatch = new LossWatch();
  readonly #deadEnds: DeadEndWatch;
  #position: Position = { epoch: 0, batch: 0, step: 0 };
  #tally = new Tally();
  /** Whether a process was asked to stop: where there are several, they learn of it with the next step's results. */
  #stop = false;

  constructor(options: TrainerOptions) {
    checkTrainerOptions(options);
    this.#options = options;
    this.#engine = currentEngine();
    this.#ratesEvery = checkInteger("Trainer.ratesEvery", options.ratesEvery ?? 10, { min: 1 });
    this.#accumulate = checkInteger("Trainer.accumulate", options.accumulate ?? 1, { min: 1 });
    this.#communicator = options.communicator ?? ALONE;
    checkSharing(this.#communicator, this.#accumulate, options.microBatches);
    const { deadAfter = DEAD_AFTER } = options;
    this.#deadEnds = new DeadEndWatch(
      deadAfter !== false && checkInteger("Trainer.deadAfter", deadAfter, { min: 1 }, "false turns it off."),
    );
  }

  /** The next batch to run. */
  get position(): Position {
    return this.#position;
  }

  /**
   * Trains until `epochs` epochs are done altogether, or `signal` is aborted; then it stops after the
   * running step of the optimiser. Modules keep the mode they have, so that one put into evaluation mode stays there, unless the
   * whole network is in evaluation mode: then all of it is put into training mode.
   *
   * @throws TrainingError if network, optimiser, evolution and schedule do not belong together, inputs, the loss or a
   * gradient are not finite, all gradients are 0 for `deadAfter` steps, or an epoch has no batches
   */
  async run(options: { readonly epochs: number; readonly signal?: StopSignal }): Promise<RunResult> {
    checkOptions("Trainer.run", options, { epochs: true, signal: true }, "{ epochs: 10 }");
    checkSignal("Trainer.run.signal", options.signal);
    const epochs = checkInteger("Trainer.run.epochs", options.epochs, { min: 0 });
    const training = this.#begin();
    while (this.#position.epoch < epochs) {
      this.#stop = (await gatherObjects(this.#communicator, isAborted(options.signal))).includes(true);
      if (!this.#stop) await this.#trainEpoch(training, options.signal);
      if (!this.#stop) await this.#finishEpoch(options.signal);
      if (this.#stop) return { reason: "stopped", position: this.#position };
    }
    return { reason: "finished", position: this.#position };
  }

  /**
   * Loss, accuracy and firing rates without training, in evaluation mode; every module has its own mode again
   * afterwards.
   *
   * @param signal stops after the running batch; the metrics then cover the batches so far
   * @throws TrainingError if there are no batches, or inputs, parameters, predictions or the loss are not finite
   */
  async evaluate(batches: BatchSource, signal?: StopSignal): Promise<Metrics> {
    checkSignal("Trainer.evaluate.signal", signal);
    const { network, evaluateInParts = false } = this.#options;
    const pass = new BatchPass(this.#options, this.#engine);
    const engine = this.#engine;
    const communicator = this.#communicator;
    const parts = { engine, network, pass, communicator, inParts: evaluateInParts };
    const { tally, stop } = await evaluateBatches(parts, batches, signal);
    this.#stop ||= stop;
    const metrics = tally.metrics();
    this.#lossWatch.watch(metrics.loss, "in the evaluation");
    warnOfSilence(metrics.firingRate);
    return metrics;
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
    checkOptions(
      "Trainer.setState",
      state,
      { epoch: true, batch: true, step: true, random: true, tally: true },
      "that of getState()",
    );
    const [epoch, batch, step] = (["epoch", "batch", "step"] as const).map((name) =>
      checkInteger(`Trainer.setState.${name}`, state[name], { min: 0 }),
    ) as [number, number, number];
    checkTally(state.tally);
    const tally = new Tally(state.tally);
    this.#engine.random.setState(state.random);
    this.#position = { epoch, batch, step };
    this.#tally = tally;
  }

  /** Looks at everything anew: since the last run the network may have been changed. */
  #begin(): Training {
    const { network, alsoTrained = [] } = this.#options;
    checkBeginning(this.#options, this.#position);
    this.#options.optimizer.zeroGrad();
    const roots = [network, ...alsoTrained.filter((item) => item instanceof Module)];
    for (const root of roots) if (!root.training) root.train();
    const modules = new Set(roots.flatMap((root) => root.namedModules().map(([, module]) => module)));
    const pass = new BatchPass(this.#options, this.#engine);
    const { microBatches = 1 } = this.#options;
    const isSplit = this.#accumulate * microBatches * this.#communicator.size > 1;
    const split = isSplit ? new SplitStep(this.#options, this.#engine, pass, roots) : undefined;
    return { modules, pass, split, isFirst: true };
  }

  async #trainEpoch(training: Training, signal: StopSignal | undefined): Promise<void> {
    const { epoch, batch: start } = this.#position;
    await this.#options.beforeEpoch?.(epoch);
    let mark = Date.now();
    for await (const group of grouped(this.#options.batches(epoch, start), this.#accumulate)) {
      const batches = group.map(inPieces);
      const result = await this.#trainGroup(training, batches, signal);
      const { batch: done, step } = this.#position;
      this.#position = { epoch, batch: done + group.length, step: step + 1 };
      const milliseconds = Date.now() - mark;
      const samples = batches.reduce((sum, { count }) => sum + count, 0);
      this.#tally.addBatch({ samples, milliseconds, ...result });
      await this.#reportBatch(result);
      if (this.#communicator.size === 1) this.#stop = isAborted(signal);
      if (this.#stop) return;
      mark = Date.now();
    }
    if (this.#tally.samples === 0) {
      throw new TrainingError(
        `Trainer: expected batches in epoch ${epoch + 1}, got none. Is the data set empty?`,
      );
    }
  }

  async #finishEpoch(signal: StopSignal | undefined): Promise<void> {
    const { evaluation, onEpoch } = this.#options;
    const { epoch, step } = this.#position;
    const train = this.#tally.metrics();
    const tested = evaluation && (await this.evaluate(evaluation(), signal));
    if (this.#stop) return;
    if (tested === undefined) warnOfSilence(train.firingRate);
    this.#position = { epoch: epoch + 1, batch: 0, step };
    this.#tally = new Tally();
    await onEpoch?.({ epoch, step, lr: this.#lr(), train, ...(tested && { evaluation: tested }) });
  }

  async #reportBatch({ loss: batchLoss, gradNorm: norm }: StepResult): Promise<void> {
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

  /** One step of the optimiser. */
  async #trainGroup(
    training: Training,
    group: readonly BatchInPieces[],
    signal: StopSignal | undefined,
  ): Promise<StepResult> {
    const before = this.#engine.random.getState();
    const result = await (
      training.split === undefined
        ? this.#engine.step(() => this.#trainWhole(training, wholeOf(group[0] as BatchInPieces)))
        : this.#trainSplit(training, training.split, group, signal)
    ).catch((error: unknown) => {
      // Who goes on without a lost process does the step again.
      this.#engine.random.setState(before);
      throw error;
    });
    if (!isFinite(result)) {
      this.#engine.random.setState(before);
      throw await this.#explain(training, group, result);
    }
    this.#lossWatch.watch(result.loss, this.#where());
    return result;
  }

  /** Leaves the parameters alone when the loss or a gradient is not finite. */
  async #trainWhole(training: Training, batch: Batch): Promise<StepResult> {
    const { pass } = training;
    const { optimizer } = this.#options;
    const where = this.#where();
    const { output, loss, spoilt } = pass.forward(batch, this.#key(), where);
    backward(loss);
    this.#lookAt(training, this.#engine.tape.leaves);
    const value = await loss.item();
    const result = { loss: value, correct: 0, gradNorm: await this.#finishGradients(), spoilt };
    if (!isFinite(result)) {
      optimizer.zeroGrad();
      return result;
    }
    if (this.#deadEnds.sees(result)) throw deadEnd(await ratesOf(pass), where);
    await this.#update(training, result.gradNorm);
    if (this.#counts(0)) await pass.countSpikes(this.#tally);
    return { ...result, correct: await pass.countCorrect(output, batch, where) };
  }

  /** The same for a step of several parts. */
  async #trainSplit(
    training: Training,
    split: SplitStep,
    group: readonly BatchInPieces[],
    signal: StopSignal | undefined,
  ): Promise<StepResult> {
    const { stop, spikes, ...computed } = await split.compute(group, {
      where: (place) => this.#where(place),
      counts: (place) => this.#counts(place),
      reached: (leaves) => this.#lookAt(training, leaves),
      stop: () => isAborted(signal),
    });
    this.#stop = stop;
    return this.#engine.step(async () => {
      await split.finish();
      const result = { ...computed, gradNorm: await this.#finishGradients() };
      for (const counted of spikes) this.#tally.addAllSpikes(counted);
      if (!isFinite(result)) this.#options.optimizer.zeroGrad();
      else if (this.#deadEnds.sees(result)) throw deadEnd(this.#tally.metrics().firingRate, this.#where());
      else await this.#update(training, result.gradNorm);
      this.#options.onPhase?.("step done");
      return result;
    });
  }

  /** Compares what the first backward pass has reached with what is trained. */
  #lookAt(training: Training, leaves: Iterable<Tensor>): void {
    if (training.isFirst) checkReached(leaves, this.#options);
    training.isFirst = false;
  }

  /** Whether spikes are counted in the batch at a place of the step. */
  #counts(place: number): boolean {
    return (this.#position.batch + place) % this.#ratesEvery === 0;
  }

  /** When the gradients of a step are complete. */
  async #finishGradients(): Promise<number> {
    const { optimizer, clipNorm, evolution } = this.#options;
    await evolution?.afterBackward();
    const { parameters } = optimizer;
    return clipNorm === undefined ? gradNorm(parameters) : clipGradNorm(parameters, clipNorm);
  }

  async #update({ modules }: Training, norm: number): Promise<void> {
    const { optimizer, schedule, scheduleUnit = "step", evolution } = this.#options;
    schedule?.apply(optimizer, this.#position[scheduleUnit]);
    if (norm > optimizer.largestGradient) checkGradients(this.#options, this.#where());
    optimizer.step();
    for (const module of modules) module.afterStep();
    await evolution?.afterStep();
    checkParameters(this.#options, this.#where());
  }

  /** A fresh key for a random encoder; without an encoder the generator stays as it is. */
  #key(): number {
    return this.#options.encode === undefined ? 0 : this.#engine.random.nextUint32();
  }

  /** The running batch, for messages; `place` is its place in the group. */
  #where(place = 0): string {
    const { epoch, batch, step } = this.#position;
    return `at epoch ${epoch + 1}, batch ${batch + place + 1} (step ${step + 1})`;
  }

  /** Goes through the batches again until one shows the fault. */
  async #explain(
    { pass, split }: Training,
    group: readonly BatchInPieces[],
    result: StepResult,
  ): Promise<TrainingError> {
    const alone = async (): Promise<NonFinite & { batch: number }> => {
      const batch = wholeOf(group[0] as BatchInPieces);
      return { ...(await this.#engine.step(() => pass.explain(batch, this.#key()))), batch: 0 };
    };
    const { place, hint, batch } = await (split === undefined ? alone() : split.explain(group));
    const [expected, got] = isFinite({ ...result, spoilt: undefined })
      ? ["potential of every neuron", `others in ${String(result.spoilt)}`]
      : ["loss and gradient", `loss ${result.loss} and gradient norm ${result.gradNorm}`];
    return new TrainingError(
      `Trainer: expected a finite ${expected} ${this.#where(batch)}, got ${got}; first not finite: ${place}. ${hint}`,
    );
  }
}

/** Firing rates of the running batch. */
async function ratesOf(pass: BatchPass): Promise<FiringRates | undefined> {
  const tally = new Tally();
  await pass.countSpikes(tally);
  return tally.metrics().firingRate;
}

function isFinite({ loss, gradNorm: norm, spoilt }: StepResult): boolean {
  return Number.isFinite(loss) && Number.isFinite(norm) && spoilt === undefined;
}

function isAborted(signal: StopSignal | undefined): boolean {
  return signal?.aborted ?? false;
}
