import { checkArray, checkInteger, checkOptions } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import type { NetworkStream, Sequential, StreamOptions } from "../nn/index.ts";
import { evaluationKey } from "../train/index.ts";
import { buildEncoder, type Encode } from "./encoder.ts";
import { batchOf, networkShape, type Sample } from "./inputs.ts";
import { outputsOf, readScores } from "./outputs.ts";
import type { RunDescription } from "./run-description.ts";
import { RunEngine } from "./run-engine.ts";
import { checkPlugins, partsForRun, type RunPlugin } from "./run-plugins.ts";
import { decodeRun, networkOf } from "./run-file.ts";
import { bytesOf, type RunSource } from "./source.ts";

/** What a network takes a sample for. */
export interface Prediction {
  /** Number of the class with the highest score. */
  readonly class: number;
  /** What it stands for. */
  readonly name: string;
  /** Its probability. */
  readonly probability: number;
  /** One per class, as the run's evaluation computes them. */
  readonly scores: Float32Array;
  /**
   * One per class, adding up to 1: the mean of the softmax of each step where scores are sums of these, else the softmax
   * of the scores.
   */
  readonly probabilities: Float32Array;
}

/** A trained network with all that it takes to use it; `loadRun` opens one. */
export class TrainedRun {
  readonly description: RunDescription;
  /** The network, in evaluation mode. */
  readonly network: Sequential;
  readonly #encode: Encode | undefined;
  readonly #engine: RunEngine;
  readonly #scores: (outputs: Tensor) => Tensor;

  /**
   * @param network of that description, in that engine
   * @param scores how a loss of one's own reads scores; as the description says if left out
   */
  constructor(
    description: RunDescription,
    network: Sequential,
    engine: RunEngine,
    scores?: (outputs: Tensor) => Tensor,
  ) {
    this.#scores = scores ?? ((outputs) => readScores(outputs, description.reading));
    this.description = description;
    this.network = network;
    this.#encode = description.encoder && buildEncoder(description.encoder);
    this.#engine = engine;
  }

  /** What each class stands for. */
  get classNames(): readonly string[] {
    return this.description.classNames;
  }

  /**
   * What the network takes a sample for, or each of several, which then share a batch.
   *
   * A sample is given in the units of the data set: the pixels of an image, 0 .. 255, channels first; a picture
   * `{ data, width, height }` such as `ImageData`, of any size (`decodeImage` of `@myelin/data` makes it of a file); a
   * spike train `{ times, units }` in seconds; a row of a table; or the numbers of a sequence as the network takes them,
   * [T, ...].
   *
   * Samples in the batches of an evaluation give the very scores that the evaluation has. In others, sums may be
   * rounded in another order.
   *
   * @throws ShapeError for a sample of another size
   * @throws MyelinError for what is no sample
   * @example const { name, probability } = await run.predict(pixels);
   */
  predict(sample: Sample): Promise<Prediction>;
  predict(samples: readonly Sample[]): Promise<Prediction[]>;
  async predict(given: Sample | readonly Sample[]): Promise<Prediction | Prediction[]> {
    if (!isList(given)) return (await this.predictBatch([given], 0))[0]!;
    return given.length === 0 ? [] : this.predictBatch(given, 0);
  }

  /**
   * As `predict`, for a batch of an evaluation.
   *
   * @param index place of the batch: random encoders draw other numbers for each
   */
  async predictBatch(samples: readonly Sample[], index: number): Promise<Prediction[]> {
    checkArray("TrainedRun.predictBatch.samples", samples, "an array of samples");
    checkInteger("TrainedRun.predictBatch.index", index, { min: 0 });
    const { input } = this.description;
    const batch = await batchOf(samples, input);
    const scores = await this.#engine.step(() => {
      const parts = { network: this.network, encode: this.#encode };
      return this.#scores(outputsOf(parts, batch, evaluationKey(index))).data();
    });
    const classes = scores.length / samples.length;
    return samples.map((_, i) => this.#prediction(scores.slice(i * classes, (i + 1) * classes)));
  }

  /**
   * The network one time step at a time; each step is given as the network takes it.
   *
   * @throws MyelinError if a layer cannot stream, by its name and with the reason
   */
  stream(options: StreamOptions = {}): NetworkStream {
    return this.network.stream({ input: networkShape(this.description.input), ...options });
  }

  /** Gives the memory of the network back, and ends the engine if it was made for this run. */
  async dispose(): Promise<void> {
    this.network.dispose();
    await this.#engine.leave();
  }

  #prediction(scores: Float32Array): Prediction {
    const best = scores.indexOf(Math.max(...scores));
    const probabilities = probabilitiesOf(scores, this.description.reading);
    const name = this.classNames[best] ?? String(best);
    return { class: best, name, probability: probabilities[best] ?? 0, scores, probabilities };
  }
}

function isList(given: Sample | readonly Sample[]): given is readonly Sample[] {
  return Array.isArray(given) && typeof given[0] !== "number";
}

function probabilitiesOf(scores: Float32Array, reading: RunDescription["reading"]): Float32Array {
  const highest = Math.max(...scores);
  const weights = Array.from(scores, (score) =>
    reading === "sumOfSoftmax" ? score : Math.exp(score - highest),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(weights, (weight) => weight / total);
}

/**
 * Opens a trained run: the folder that `myelin train` has written, its network.myelin, an address of either, or the
 * bytes of that file. In Node and in pages; nothing else is needed.
 *
 * @param options `plugins`: those that the run was trained with, if it has layers or a loss of theirs
 * @throws MyelinError if it cannot be reached
 * @throws FormatError if the file is damaged, something else, or of a newer version, or a plugin is missing
 * @example
 * const run = await loadRun("runs/quickstart-1");
 * const { name, probability } = await run.predict(pixels);
 */
export async function loadRun(
  source: RunSource,
  options: { readonly plugins?: readonly RunPlugin[] | undefined } = {},
): Promise<TrainedRun> {
  const { plugins = [] } = checkOptions("loadRun.options", options, { plugins: true }, "{ plugins: [mine] }");
  checkPlugins(plugins);
  const { bytes, name } = await bytesOf(source);
  const contents = decodeRun(bytes, name);
  const { layers, scores } = partsForRun(contents.description, plugins, name);
  const engine = await RunEngine.enter();
  try {
    const network = await networkOf(contents, name, layers);
    return new TrainedRun(contents.description, network, engine, scores);
  } catch (error) {
    await engine.leave();
    throw error;
  }
}
