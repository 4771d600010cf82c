/**
 * The reference backend: every operation as a plain loop over float64 numbers, in the order of its equation and
 * never optimised. It is the specification that other backends are held against.
 */
import type { Backend, ImageSize, Lifetime, Storage } from "../../backend.ts";
import * as alif from "./alif.ts";
import { referenceAttention } from "./attention.ts";
import * as batchNorm from "./batch-norm.ts";
import * as conv from "./conv.ts";
import { referenceDelays } from "./delays.ts";
import { dropout } from "./dropout.ts";
import * as elementwise from "./elementwise.ts";
import * as encoders from "./encoders.ts";
import * as integrator from "./integrator.ts";
import * as linear from "./linear.ts";
import * as losses from "./losses.ts";
import { Memory, onStorage, valuesOf, viewOf } from "./memory.ts";
import * as neuron from "./neuron.ts";
import * as optimisers from "./optimisers.ts";
import * as pool from "./pool.ts";
import { referenceRows } from "./rows.ts";
import { ReferenceSparse } from "./sparse.ts";
import * as time from "./time.ts";

/** Holds the memory and hands every operation to the function that defines it. */
export class ReferenceBackend implements Backend {
  readonly name = "reference";
  readonly description = "reference: float64 TypeScript in equation order, one thread, slow on purpose";
  readonly threads = 1;
  readonly sparse = new ReferenceSparse();
  readonly attention = referenceAttention;
  readonly delays = referenceDelays;
  readonly rows = referenceRows;
  readonly #memory = new Memory();

  allocate(length: number, lifetime: Lifetime): Storage {
    return this.#memory.allocate(length, lifetime);
  }

  release(storage: Storage): void {
    this.#memory.release(storage);
  }

  view(storage: Storage, offset: number, length: number): Storage {
    return viewOf(storage, offset, length);
  }

  endStep(): void {
    this.#memory.endStep();
  }

  /** Images are kept as they come, so `image` has no effect here. */
  write(storage: Storage, data: ArrayLike<number>, _image?: ImageSize): void {
    valuesOf(storage).set(data);
  }

  async read(storage: Storage, image?: ImageSize): Promise<Float32Array> {
    return Float32Array.from(this.readFloat64(storage, image));
  }

  /** As `read`, at once and without rounding to float32. */
  readFloat64(storage: Storage, _image?: ImageSize): Float64Array {
    return valuesOf(storage).slice();
  }

  async dispose(): Promise<void> {
    this.#memory.endStep();
  }

  reclaim(): undefined {}

  memory(): { readonly bytes: number; readonly stepPeak: number } {
    return this.#memory.usage();
  }

  readonly fill = onStorage(elementwise.fill);
  readonly copy = onStorage(elementwise.copy);
  readonly add = onStorage(elementwise.add);
  readonly scale = onStorage(elementwise.scale);
  readonly scaleBy = onStorage(elementwise.scaleBy);
  readonly multiply = onStorage(elementwise.multiply);
  readonly map = onStorage(elementwise.map);
  readonly imageToPlain = onStorage(elementwise.copyImage);
  readonly plainToImage = onStorage(elementwise.copyImage);

  readonly sum = onStorage(elementwise.sum);

  async sumOfSquares(x: Storage): Promise<number> {
    return elementwise.sumOfSquares(valuesOf(x));
  }

  readonly findOutside = onStorage(elementwise.findOutside);

  async countNonZero(x: Storage): Promise<number> {
    return elementwise.countNonZero(valuesOf(x));
  }

  readonly linearForward = onStorage(linear.linearForward);
  readonly linearInputGradient = onStorage(linear.linearInputGradient);
  readonly linearWeightGradient = onStorage(linear.linearWeightGradient);
  readonly conv2dForward = onStorage(conv.conv2dForward);
  readonly conv2dInputGradient = onStorage(conv.conv2dInputGradient);
  readonly conv2dWeightGradient = onStorage(conv.conv2dWeightGradient);
  readonly biasGradient = onStorage(conv.biasGradient);

  readonly averagePoolForward = onStorage(pool.averagePoolForward);
  readonly averagePoolBackward = onStorage(pool.averagePoolBackward);
  readonly maxPoolForward = onStorage(pool.maxPoolForward);
  readonly maxPoolBackward = onStorage(pool.maxPoolBackward);

  readonly batchStatistics = onStorage(batchNorm.batchStatistics);
  readonly normalise = onStorage(batchNorm.normalise);
  readonly normaliseBackward = onStorage(batchNorm.normaliseBackward);
  readonly updateRunning = onStorage(batchNorm.updateRunning);
  readonly dropout = onStorage(dropout);

  readonly repeatOverTime = onStorage(time.repeatOverTime);
  readonly sumOverTime = onStorage(time.sumOverTime);
  readonly maxOverTime = onStorage(time.maxOverTime);
  readonly maxOverTimeBackward = onStorage(time.maxOverTimeBackward);

  readonly neuronForward = onStorage(neuron.neuronForward);
  readonly neuronBackward = onStorage(neuron.neuronBackward);
  readonly alifForward = onStorage(alif.alifForward);
  readonly alifBackward = onStorage(alif.alifBackward);
  readonly integratorForward = onStorage(integrator.integratorForward);
  readonly integratorBackward = onStorage(integrator.integratorBackward);

  readonly softmax = onStorage(losses.softmax);
  readonly softmaxBackward = onStorage(losses.softmaxBackward);
  readonly crossEntropy = onStorage(losses.crossEntropy);
  readonly meanSquaredError = onStorage(losses.meanSquaredError);
  readonly weighClasses = onStorage(losses.weighClasses);
  readonly oneHot = onStorage(losses.oneHot);
  readonly groupMean = onStorage(losses.groupMean);
  readonly groupMeanBackward = onStorage(losses.groupMeanBackward);

  readonly bernoulli = onStorage(encoders.bernoulli);
  readonly latency = onStorage(encoders.latency);
  readonly delta = onStorage(encoders.delta);

  readonly sgd = onStorage(optimisers.sgd);
  readonly adam = onStorage(optimisers.adam);
}
