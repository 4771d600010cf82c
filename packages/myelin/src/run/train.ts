import { createEngine, encodeCheckpoint, restoreCheckpoint, type Metrics } from "@myelin/core";
import { currentEngine } from "@myelin/core/ops";
import type { Checkpoint } from "@myelin/core/io";
import type { BatchInfo, Communicator, EpochInfo, RunResult } from "@myelin/core/training";
import { setImmediate } from "node:timers/promises";
import { readNeuronParameters, buildModel, type Model } from "../model/index.ts";
import { totalEpochs } from "../recipe/index.ts";
import { restoreFound } from "./checkpoints.ts";
import { recordingAccuracy } from "./clips.ts";
import { recordActivity } from "./activity.ts";
import { runFile } from "./describe-run.ts";
import { EventLog } from "./event-log.ts";
import { identityOf, recipeHash } from "./identity.ts";
import { forReport } from "./for-report.ts";
import { fireAtRate, loadInitial } from "./init.ts";
import { MethodWatch } from "./method-watch.ts";
import { buildTraining, buildUpdates, describeBackend, testBatches, type Training } from "./trainer.ts";
import { agreed, fingerprintOf, requireSame } from "./agree.ts";
import type { DataProgress, StartInfo, TrainOptions } from "./train-options.ts";
import { follow, type Parts, sendState, untilDone, WriterLost } from "./together.ts";
import { pluginHashes } from "../plugins/index.ts";
import { requireSameOrigin, type Origin } from "./origin.ts";
import { predictClasses } from "./predictions.ts";
import { recordTest } from "./record-test.ts";
import { requirePosition, type RunState, type Totals } from "./state.ts";
import { loadSplits, type Splits } from "./data/index.ts";
import { taskOf } from "./task.ts";
import { warnOfUnused } from "./unused.ts";
import { epochLines, type EpochMetrics, type Result, type TrainingMetrics } from "../records/index.ts";

const NOTHING: Totals = { samples: 0, loss: 0, correct: 0 };

/**
 * Trains what the recipe says, from the newest checkpoint in the folder if there is one, and writes metrics,
 * checkpoints, sample and result.
 *
 * @returns the result; undefined if `signal` stopped the run, whose state is then saved
 * @throws MyelinError if data are missing, something does not fit, the loss is not finite or the disk refuses
 */
export async function train(options: TrainOptions): Promise<Result | undefined> {
  const { recipe, backend, communicator, threads = recipe.threads } = options;
  const { seed } = recipe;
  const engine = await createEngine({ seed, wasm: { threads, wide: true }, ...(backend && { backend }) });
  try {
    if (communicator === undefined) return await new Run(options, await buildParts(options)).run();
    return await trainTogether(communicator, options);
  } finally {
    await engine.dispose();
  }
}

/** Everything that is trained, as the recipe says. */
async function buildParts({ recipe, dataDir, folder, watcher }: TrainOptions): Promise<Parts> {
  const onProgress = (progress: DataProgress): void => watcher.data?.(progress);
  const splits = await loadSplits(recipe, { dataDir, table: await folder.task(), onProgress });
  const model = await buildModel(recipe, taskOf(splits.train));
  return { splits, model, updates: await buildUpdates(model, splits.train) };
}

/** The first process runs as one alone would; the others only compute. */
async function trainTogether(communicator: Communicator, options: TrainOptions): Promise<Result | undefined> {
  const parts = await agreed(communicator, async () => {
    const built = await buildParts(options);
    return { ...built, fingerprint: fingerprintOf(options.recipe, built.splits) };
  });
  await requireSame(communicator, parts.fingerprint);
  for (;;) {
    try {
      if (communicator.rank === 0) return await new Run(options, parts).run();
      return await follow(communicator, options, parts);
    } catch (error) {
      // The first process is gone: the next one writes the folder, and goes on from what is there.
      if (!(error instanceof WriterLost)) throw error;
    }
  }
}

/** One training, from the first batch to its result. */
class Run {
  readonly #options: TrainOptions;
  readonly #splits: Splits;
  readonly #model: Model;
  readonly #training: Training;
  #methods: MethodWatch | undefined;
  #log: EventLog | undefined;
  /** Training time of the epochs that have ended. */
  #seconds = 0;
  #window: Totals = NOTHING;
  #savedAt = Date.now();

  constructor(options: TrainOptions, { splits, model, updates }: Parts) {
    this.#options = options;
    this.#splits = splits;
    this.#model = model;
    this.#training = buildTraining(model, updates, splits, {
      ...{ communicator: options.communicator, onPhase: options.onPhase },
      onBatch: (info) => this.#onBatch(info),
      onEpoch: (info) => this.#onEpoch(info),
    });
  }

  async run(): Promise<Result | undefined> {
    const { recipe, folder, signal, watcher } = this.#options;
    await folder.prepare();
    this.#methods = await MethodWatch.begin(this.#model, this.#training);
    const begins = !(await this.#restore());
    const loaded = begins ? await this.#initialise() : undefined;
    const { communicator } = this.#options;
    if (communicator !== undefined) await sendState(communicator, await this.#checkpoint());
    await folder.begin(recipe, taskOf(this.#splits.test, this.#splits.table));
    await folder.writeMetricsCsv();
    // A run that is ended before its first checkpoint goes on from these weights.
    if (loaded) await this.#save();
    if (this.#options.log === "tensorboard") this.#log = await EventLog.begin(folder);
    watcher.start(this.#startInfo());
    for (const line of loaded ?? []) watcher.note?.(line);
    warnOfUnused(recipe, this.#model.network);
    const train = (): Promise<RunResult> =>
      this.#training.trainer.run({ epochs: totalEpochs(recipe), signal });
    const { reason } = await (communicator === undefined
      ? train()
      : this.#trainWithOthers(communicator, train));
    if (reason === "stopped") {
      await this.#save();
      return undefined;
    }
    return this.#finish();
  }

  /** Goes on with the processes that are left when some are lost. */
  #trainWithOthers(communicator: Communicator, train: () => Promise<RunResult>): Promise<RunResult> {
    const place = {
      trainer: this.#training.trainer,
      checkpoint: () => this.#checkpoint(),
      restore: (sent: Checkpoint) => this.#receive(sent),
    };
    const { watcher } = this.#options;
    return untilDone(communicator, place, train, (text) => watcher.note?.(text));
  }

  /** What another process has sent that was a step ahead. */
  async #receive(sent: Checkpoint): Promise<void> {
    const parts = { network: this.#model.network, optimizer: this.#training.optimizer };
    const { trainer, methods } = restoreCheckpoint(sent, parts) as RunState;
    this.#training.trainer.setState(trainer);
    await this.#methods?.restore(methods);
  }

  /** First weights: those of a file, or scaled as the recipe says. */
  async #initialise(): Promise<readonly string[] | undefined> {
    const { init } = this.#options;
    if (init !== undefined) return loadInitial(this.#model.network, init);
    return fireAtRate(this.#model, this.#splits.train);
  }

  /** Goes on from the newest checkpoint, if there is one. */
  async #restore(): Promise<boolean> {
    const { folder, recipe } = this.#options;
    const checkpoint = await folder.checkpoints.latest();
    if (checkpoint === undefined) {
      await folder.metrics.rewind(0);
      return false;
    }
    const parts = { network: this.#model.network, optimizer: this.#training.optimizer };
    const state = restoreFound(checkpoint, parts, recipe);
    requireSameOrigin(state.origin, this.#origin());
    await this.#requirePosition(state);
    this.#training.trainer.setState(state.trainer);
    this.#seconds = state.seconds;
    this.#window = state.window;
    await this.#methods?.restore(state.methods);
    await folder.metrics.rewind(state.metricsBytes);
    return true;
  }

  /** Whether position and metrics of a checkpoint can be those of one run of this recipe. */
  async #requirePosition({ trainer, metricsBytes }: RunState): Promise<void> {
    const { folder, recipe } = this.#options;
    const { stepsPerEpoch } = this.#training;
    const epochsLogged = epochLines(await folder.metrics.read(metricsBytes)).length;
    requirePosition(trainer, recipe, { stepsPerEpoch, epochsLogged });
  }

  #origin(): Origin {
    const { recipe, data, samples } = this.#startInfo();
    return { backend: currentEngine().backend.name, data, samples, plugins: pluginHashes(recipe.plugins) };
  }

  async #save(): Promise<void> {
    const { position } = this.#training.trainer;
    await this.#options.folder.checkpoints.save(position.step, await this.#checkpoint());
    await this.#writeNetwork();
    this.#savedAt = Date.now();
  }

  async #checkpoint(): Promise<Checkpoint> {
    const { folder, recipe } = this.#options;
    const { trainer, optimizer } = this.#training;
    const state: RunState = {
      identity: identityOf(recipe, trainer.position),
      origin: this.#origin(),
      trainer: trainer.getState(),
      metricsBytes: folder.metrics.bytes,
      seconds: this.#seconds,
      window: this.#window,
      methods: this.#methods?.getState(trainer.position.batch > 0) ?? {},
    };
    return encodeCheckpoint({ network: this.#model.network, optimizer }, state);
  }

  /** network.myelin: the network as it is now. */
  async #writeNetwork(testAccuracy?: number): Promise<void> {
    const { epoch: epochs } = this.#training.trainer.position;
    const progress = { epochs, ...(testAccuracy !== undefined && { testAccuracy }) };
    const file = await runFile(this.#model, taskOf(this.#splits.test, this.#splits.table), progress);
    await this.#options.folder.writeNetwork(file);
  }

  async #onBatch(info: BatchInfo): Promise<void> {
    const { recipe, watcher, folder } = this.#options;
    const { everySteps } = recipe.report;
    watcher.batch(info);
    if (everySteps !== undefined && info.step % everySteps === 0) {
      const line = { kind: "steps", ...(await this.#trainingMetrics(info)) } as const;
      await folder.metrics.append(line);
      await this.#log?.line(line);
    }
    const { everySeconds = Infinity } = recipe.checkpoint;
    if (Date.now() - this.#savedAt >= 1000 * everySeconds) await this.#save();
    // Signals and drawing only get their turn between tasks, and a batch may not leave its task.
    await setImmediate();
  }

  /** Means since the last line, from the epoch's means so far. */
  async #trainingMetrics(info: BatchInfo): Promise<Omit<TrainingMetrics, "kind">> {
    const { samples, loss, accuracy, samplesPerSecond } = info;
    const totals = { samples, loss: loss * samples, correct: accuracy * samples };
    const since = totals.samples - this.#window.samples;
    const line = {
      epoch: info.epoch + 1,
      step: info.step,
      trainLoss: (totals.loss - this.#window.loss) / since,
      trainAccuracy: (totals.correct - this.#window.correct) / since,
      lr: info.lr,
      seconds: this.#seconds + samples / samplesPerSecond,
      ...(await readNeuronParameters(this.#model.network)),
    };
    this.#window = totals;
    return line;
  }

  async #onEpoch(info: EpochInfo): Promise<void> {
    const { recipe, watcher, folder } = this.#options;
    this.#seconds += info.train.seconds;
    this.#window = NOTHING;
    const line = await this.#epochMetrics(info);
    await folder.metrics.append(line);
    await folder.writeMetricsCsv();
    await this.#log?.line(line);
    await this.#log?.parameters(info.step, this.#model.network);
    await this.#writePictures();
    const done = info.epoch + 1;
    if (done % recipe.checkpoint.everyEpochs === 0 || done === totalEpochs(recipe)) await this.#save();
    watcher.epoch(line);
  }

  async #writePictures(): Promise<void> {
    const { folder } = this.#options;
    await forReport(folder, "the pictures of an epoch", async () => {
      const pictures = await this.#methods?.pictures();
      if (pictures !== undefined) await folder.writePictures(pictures);
    });
  }

  async #epochMetrics({ epoch, step, lr, train, evaluation }: EpochInfo): Promise<EpochMetrics> {
    const { accuracy = 0, loss = 0 } = evaluation ?? {};
    return {
      kind: "epoch",
      epoch: epoch + 1,
      step,
      trainLoss: train.loss,
      trainAccuracy: train.accuracy,
      ...(this.#splits.validation === undefined
        ? { testAccuracy: accuracy, testLoss: loss }
        : { validationAccuracy: accuracy, validationLoss: loss }),
      ...rateOf(evaluation ?? train),
      lr,
      ...(await readNeuronParameters(this.#model.network)),
      ...(await this.#methods?.endEpoch(epoch + 1)),
      seconds: this.#seconds,
      trainSamplesPerSecond: train.samplesPerSecond,
    };
  }

  async #finish(): Promise<Result | undefined> {
    const { recipe, folder, signal } = this.#options;
    const { trainer } = this.#training;
    const batches = testBatches(this.#splits.test, recipe.batchSize, this.#options);
    const test = await trainer.evaluate(batches, signal);
    if (signal.aborted) return undefined;
    const { samples, testPart } = this.#startInfo();
    const { parameters, activeParameters } = this.#model;
    const predicted = await predictClasses(this.#model, this.#splits.test, signal);
    const activity = await this.#activity();
    if (signal.aborted) return undefined;
    await recordTest(folder, this.#model, this.#splits.test, predicted);
    await this.#logActivity();
    const result: Result = {
      name: recipe.name,
      data: this.#splits.test.name,
      testAccuracy: test.accuracy,
      testLoss: test.loss,
      ...(await this.#validationAccuracy()),
      ...recordingAccuracy(predicted, this.#splits.test),
      epochs: totalEpochs(recipe),
      seconds: this.#seconds,
      trainSamplesPerSecond: (totalEpochs(recipe) * samples.train) / Math.max(this.#seconds, 1e-3),
      ...{ parameters, activeParameters },
      ...rateOf(test),
      ...activity,
      peakMemoryBytes: currentEngine().backend.memory.usage().bytes,
      ...(await folder.checkpoints.size()),
      seed: recipe.seed,
      run: recipeHash(recipe, totalEpochs(recipe)),
      samples,
      ...(testPart && { testPart }),
      ...(await readNeuronParameters(this.#model.network)),
      backend: describeBackend(),
    };
    await this.#writeNetwork(test.accuracy);
    // Last: it says that the run is complete.
    await folder.writeResult(result);
    return result;
  }

  /** Of the first sample that the report shows. */
  async #logActivity(): Promise<void> {
    if (this.#log === undefined) return;
    const [sample] = (await this.#options.folder.samples())?.samples ?? [];
    const { step } = this.#training.trainer.position;
    if (sample !== undefined) await this.#log.activity(step, sample.steps, sample.layers);
  }

  async #activity(): Promise<Pick<Result, "activity">> {
    const { folder, signal } = this.#options;
    const activity = await forReport(folder, "operations and energy", () =>
      recordActivity(this.#model, this.#splits.test, signal),
    );
    return activity === undefined ? {} : { activity };
  }

  async #validationAccuracy(): Promise<{ validationAccuracy?: number }> {
    const { metrics } = this.#options.folder;
    const validationAccuracy = epochLines(await metrics.read(metrics.bytes)).at(-1)?.validationAccuracy;
    return validationAccuracy === undefined ? {} : { validationAccuracy };
  }

  #startInfo(): StartInfo {
    const { recipe, folder } = this.#options;
    const { train: training, validation, test } = this.#splits;
    return {
      recipe,
      folder: folder.path,
      parameters: this.#model.parameters,
      backend: describeBackend(),
      data: test.name,
      samples: { train: training.count, validation: validation?.count ?? 0, test: test.count },
      testPart: test.part,
      stepsPerEpoch: this.#training.stepsPerEpoch,
      step: this.#training.trainer.position.step,
    };
  }
}

function rateOf({ firingRate }: Metrics): Pick<Result, "firingRate"> {
  return firingRate === undefined ? {} : { firingRate };
}
