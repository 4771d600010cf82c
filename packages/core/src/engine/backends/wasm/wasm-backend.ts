import type * as L from "../../backend-losses.ts";
import type * as N from "../../backend-neurons.ts";
import type * as B from "../../backend.ts";
import { WasmAttention } from "./attention.ts";
import * as conv from "./conv.ts";
import { WasmDelays } from "./delays.ts";
import { forgetEvents, knownEvents } from "./event-lists.ts";
import { nextTask } from "./host.ts";
import * as linear from "./linear.ts";
import * as losses from "./losses.ts";
import { ELEMENT_GRAIN, type Machine } from "./machine.ts";
import * as neurons from "./neurons.ts";
import * as norm from "./norm.ts";
import { pool } from "./pool.ts";
import { WasmRows } from "./rows.ts";
import { WasmSparse } from "./sparse.ts";
import { addressOf, WasmStorage } from "./storage.ts";

type S = B.Storage;

/** The engine's backend on WebAssembly kernels; images are kept channels last. */
export class WasmBackend implements B.Backend {
  readonly name = "wasm";
  readonly description: string;
  readonly threads: number;
  readonly sparse: WasmSparse;
  readonly attention: WasmAttention;
  readonly delays: WasmDelays;
  readonly rows: WasmRows;
  readonly #machine: Machine;

  constructor(machine: Machine, description: string) {
    this.#machine = machine;
    this.description = description;
    this.threads = machine.threads;
    this.sparse = new WasmSparse(machine);
    this.attention = new WasmAttention(machine);
    this.delays = new WasmDelays(machine);
    this.rows = new WasmRows(machine);
  }

  // Memory -------------------------------------------------------------------

  allocate(length: number, lifetime: B.Lifetime): WasmStorage {
    return this.#machine.allocate(length, lifetime);
  }

  release(storage: S): void {
    forgetEvents(this.#machine, storage as WasmStorage);
    this.#machine.release(storage as WasmStorage);
  }

  view(storage: S, offset: number, length: number): WasmStorage {
    const { pointer, lifetime, base } = storage as WasmStorage;
    return new WasmStorage(pointer + 4 * offset, length, lifetime, base ?? (storage as WasmStorage));
  }

  endStep(): void {
    this.#machine.endStep();
  }

  write(storage: S, data: ArrayLike<number>, image?: B.ImageSize): void {
    this.#changes(storage as WasmStorage);
    if (!image || image.channels === 1 || image.positions === 1) {
      this.#machine.numbers(storage).set(data);
      return;
    }
    this.#machine.lend(storage.length, (staging) => {
      this.#machine.numbers(staging).set(data);
      this.plainToImage(image, staging, storage);
    });
  }

  /** Forgets what is known about numbers that outlive a step and are about to be overwritten. */
  #changes(storage: WasmStorage): void {
    storage.support = undefined;
    forgetEvents(this.#machine, storage);
    if (storage.base) forgetEvents(this.#machine, storage.base);
  }

  read(storage: S, image?: B.ImageSize): Promise<Float32Array> {
    if (!image) return Promise.resolve(new Float32Array(this.#machine.numbers(storage)));
    const values = this.#machine.lend(storage.length, (staging) => {
      this.imageToPlain(image, storage, staging);
      return new Float32Array(this.#machine.numbers(staging));
    });
    return Promise.resolve(values);
  }

  async dispose(): Promise<void> {
    await this.#machine.stop();
  }

  reclaim(): Promise<void> | undefined {
    return this.#machine.isNearlyFull ? nextTask() : undefined;
  }

  memory(): { bytes: number; stepPeak: number } {
    return this.#machine.memory();
  }

  // Elementwise and layout ---------------------------------------------------

  fill(out: S, value: number): void {
    this.#changes(out as WasmStorage);
    this.#machine.each("fill", out.length, [addressOf(out), value]);
  }

  copy(x: S, out: S): void {
    this.#changes(out as WasmStorage);
    this.#machine.each("copy", out.length, [addressOf(x), addressOf(out)]);
  }

  add(a: S, b: S, out: S): void {
    this.#machine.each("add", out.length, [addressOf(a), addressOf(b), addressOf(out)]);
  }

  scale(x: S, factor: number, out: S): void {
    this.#machine.each("scale", out.length, [addressOf(x), factor, addressOf(out)]);
  }

  scaleBy(x: S, factor: S, out: S): void {
    this.scale(x, this.#machine.numbers(factor)[0] as number, out);
  }

  multiply(a: S, b: S, out: S): void {
    this.#machine.each("multiply", out.length, [addressOf(a), addressOf(b), addressOf(out)]);
  }

  map(x: S, f: (value: number) => number, out: S): void {
    const from = this.#machine.numbers(x);
    const to = this.#machine.numbers(out);
    for (let i = 0; i < from.length; i++) to[i] = f(from[i] as number);
  }

  imageToPlain(size: B.ImageSize, x: S, out: S): void {
    const { planes, channels, positions } = size;
    const args = [addressOf(x), addressOf(out), channels, positions, channels * positions, 1, channels];
    this.#machine.run("permute", planes, this.#machine.grain(planes, 64), args);
  }

  plainToImage(size: B.ImageSize, x: S, out: S): void {
    const { planes, channels, positions } = size;
    const args = [addressOf(x), addressOf(out), positions, channels, channels * positions, 1, positions];
    this.#machine.run("permute", planes, this.#machine.grain(planes, 64), args);
  }

  sumOfSquares(x: S): Promise<number> {
    const args = (partials: number): number[] => [addressOf(x), partials, ELEMENT_GRAIN];
    return Promise.resolve(this.#machine.sum("sumOfSquares", x.length, ELEMENT_GRAIN, args));
  }

  sum(x: S, out: S): void {
    const args = (partials: number): number[] => [addressOf(x), partials, ELEMENT_GRAIN];
    this.#machine.setScalar(out, this.#machine.sum("sumElements", x.length, ELEMENT_GRAIN, args));
  }

  countNonZero(x: S): Promise<number> {
    const known = knownEvents(this.#machine, x as WasmStorage);
    if (known) return Promise.resolve(known.count);
    const args = (partials: number): number[] => [addressOf(x), partials, ELEMENT_GRAIN];
    return Promise.resolve(this.#machine.sum("countNonZero", x.length, ELEMENT_GRAIN, args));
  }

  findOutside(x: S, range: L.ValueRange): L.OutsideValue | undefined {
    return losses.findOutside(this.#machine, x, range);
  }

  // Products -----------------------------------------------------------------

  linearForward(size: B.LinearSize, x: S, weight: S, bias: S | null, y: S): void {
    linear.linearForward(this.#machine, size, x, weight, bias, y);
  }

  linearInputGradient(size: B.LinearSize, gy: S, weight: S, x: S, gx: S): void {
    linear.linearInputGradient(this.#machine, size, gy, weight, x, gx);
  }

  linearWeightGradient(size: B.LinearSize, gy: S, x: S, gWeight: S): void {
    linear.linearWeightGradient(this.#machine, size, gy, x, gWeight);
  }

  conv2dForward(size: B.ConvSize, x: S, weight: S, bias: S | null, y: S): void {
    conv.conv2dForward(this.#machine, size, x, weight, bias, y);
  }

  conv2dInputGradient(size: B.ConvSize, gy: S, weight: S, x: S, gx: S): void {
    conv.conv2dInputGradient(this.#machine, size, gy, weight, x, gx);
  }

  conv2dWeightGradient(size: B.ConvSize, gy: S, x: S, gWeight: S): void {
    conv.conv2dWeightGradient(this.#machine, size, gy, x, gWeight);
  }

  biasGradient(size: B.ImageSize, gy: S, gBias: S): void {
    norm.biasGradient(this.#machine, size, gy, gBias);
  }

  // Pooling ------------------------------------------------------------------

  averagePoolForward(size: B.PoolSize, x: S, y: S): void {
    pool(this.#machine, "averagePoolForward", size, [addressOf(x), addressOf(y)]);
  }

  averagePoolBackward(size: B.PoolSize, gy: S, gx: S): void {
    pool(this.#machine, "averagePoolBackward", size, [addressOf(gy), addressOf(gx)]);
  }

  maxPoolForward(size: B.PoolSize, x: S, y: S, winner: S): void {
    pool(this.#machine, "maxPoolForward", size, [addressOf(x), addressOf(y), addressOf(winner)]);
  }

  maxPoolBackward(size: B.PoolSize, gy: S, winner: S, gx: S): void {
    pool(this.#machine, "maxPoolBackward", size, [addressOf(gy), addressOf(winner), addressOf(gx)]);
  }

  // Batch normalisation --------------------------------------------------------

  batchStatistics(size: B.ImageSize, x: S, mean: S, variance: S): void {
    norm.batchStatistics(this.#machine, size, x, mean, variance);
  }

  normalise(size: B.ImageSize, x: S, mean: S, variance: S, weight: S, bias: S, eps: number, y: S): void {
    norm.normalise(this.#machine, size, [x, mean, variance, weight, bias], eps, y);
  }

  normaliseBackward(
    size: B.ImageSize,
    x: S,
    mean: S,
    variance: S,
    weight: S,
    eps: number,
    batch: boolean,
    gy: S,
    gx: S,
    gWeight: S,
    gBias: S,
  ): void {
    norm.normaliseBackward(
      this.#machine,
      size,
      [x, mean, variance, weight],
      eps,
      batch,
      gy,
      gx,
      gWeight,
      gBias,
    );
  }

  updateRunning(running: S, value: S, momentum: number, factor: number): void {
    this.#machine.each("updateRunning", running.length, [
      addressOf(running),
      addressOf(value),
      momentum,
      factor,
    ]);
  }

  dropout(size: B.DropoutSize, options: B.DropoutOptions, x: S, y: S): void {
    const { steps, batch, channels, positions } = size;
    const blocks = steps * batch;
    const period = options.constantOverTime ? batch : blocks;
    const least = Math.min(Math.ceil(options.p * 2 ** 32), 2 ** 32 - 1);
    this.#machine.run("dropout", blocks, this.#machine.grain(blocks, 64), [
      ...[options.key, least, 1 / (1 - options.p), addressOf(x), addressOf(y)],
      ...[period, channels, positions],
    ]);
  }

  // Time -----------------------------------------------------------------------

  repeatOverTime(size: B.SequenceSize, x: S, y: S): void {
    this.#machine.each("repeatOverTime", size.size, [addressOf(x), addressOf(y), size.steps, size.size]);
  }

  sumOverTime(size: B.SequenceSize, factor: number, x: S, y: S): void {
    const args = [factor, addressOf(x), addressOf(y), size.steps, size.size];
    this.#machine.run("sumOverTime", size.size, 4096, args);
  }

  maxOverTime(size: B.SequenceSize, x: S, y: S, winner: S): void {
    const args = [addressOf(x), addressOf(y), addressOf(winner), size.steps, size.size];
    this.#machine.run("maxOverTime", size.size, 4096, args);
  }

  maxOverTimeBackward(size: B.SequenceSize, gy: S, winner: S, gx: S): void {
    const args = [addressOf(gy), addressOf(winner), addressOf(gx), size.steps, size.size];
    this.#machine.run("maxOverTimeBackward", size.size, 4096, args);
  }

  // Neurons --------------------------------------------------------------------

  neuronForward(size: B.SequenceSize, spec: N.NeuronSpec, buffers: N.NeuronForward): void {
    neurons.neuronForward(this.#machine, size, spec, buffers);
  }

  neuronBackward(size: B.SequenceSize, spec: N.NeuronSpec, buffers: N.NeuronBackward): void {
    neurons.neuronBackward(this.#machine, size, spec, buffers);
  }

  alifForward(size: B.SequenceSize, spec: N.AlifSpec, buffers: N.AlifForward): void {
    neurons.alifForward(this.#machine, size, spec, buffers);
  }

  alifBackward(size: B.SequenceSize, spec: N.AlifSpec, buffers: N.AlifBackward): void {
    neurons.alifBackward(this.#machine, size, spec, buffers);
  }

  integratorForward(size: B.SequenceSize, spec: N.IntegratorSpec, x: S, initial: S | null, v: S): void {
    neurons.integratorForward(this.#machine, size, spec, x, initial, v);
  }

  integratorBackward(size: B.SequenceSize, spec: N.IntegratorSpec, gv: S, gx: S, gInitial: S | null): void {
    neurons.integratorBackward(this.#machine, size, spec, gv, gx, gInitial);
  }

  // Losses -----------------------------------------------------------------------

  softmax(rows: number, classes: number, x: S, y: S): void {
    losses.softmax(this.#machine, rows, classes, x, y);
  }

  softmaxBackward(rows: number, classes: number, y: S, gy: S, gx: S): void {
    losses.softmaxBackward(this.#machine, rows, classes, y, gy, gx);
  }

  crossEntropy(rows: number, classes: number, smoothing: number, ...buffers: losses.LossBuffers): void {
    losses.crossEntropy(this.#machine, rows, classes, smoothing, buffers);
  }

  meanSquaredError(...buffers: losses.LossBuffers): void {
    losses.meanSquaredError(this.#machine, buffers);
  }

  weighClasses(size: L.ClassWeighting, targets: S, weights: S, weighted: S, samples: S): void {
    losses.weighClasses(this.#machine, size, targets, weights, weighted, samples);
  }

  oneHot(labels: S, classes: number, out: S): void {
    this.#machine.run("oneHot", labels.length, 4096, [addressOf(labels), classes, addressOf(out)]);
  }

  groupMean(rows: number, groups: number, size: number, x: S, y: S): void {
    losses.groupMean(this.#machine, rows, groups, size, x, y);
  }

  groupMeanBackward(rows: number, groups: number, size: number, gy: S, gx: S): void {
    losses.groupMeanBackward(this.#machine, rows, groups, size, gy, gx);
  }

  // Encoders -----------------------------------------------------------------------

  bernoulli(size: B.SequenceSize, key: number, x: S, y: S, image?: B.ImageSize): void {
    const channels = image?.channels ?? 1;
    const positions = image?.positions ?? 1;
    const args = [key, addressOf(x), addressOf(y), size.steps, size.size, channels, positions];
    this.#machine.run("bernoulli", size.size, 4096, args);
  }

  latency(size: B.SequenceSize, x: S, y: S): void {
    this.#machine.run("latency", size.size, 4096, [addressOf(x), addressOf(y), size.steps, size.size]);
  }

  delta(size: B.SequenceSize, threshold: number, signed: boolean, x: S, y: S): void {
    const args = [threshold, Number(signed), addressOf(x), addressOf(y), size.steps, size.size];
    this.#machine.run("delta", size.size, 4096, args);
  }

  // Optimisers ---------------------------------------------------------------------

  sgd(o: B.SgdOptions, parameter: S, gradient: S, momentum: S | null): void {
    this.#changes(parameter as WasmStorage);
    this.#machine.each("sgd", parameter.length, [
      ...[o.lr, o.momentum, o.dampening, Number(o.nesterov), o.weightDecay, Number(o.firstStep)],
      ...[addressOf(parameter), addressOf(gradient), addressOf(momentum)],
    ]);
  }

  adam(o: B.AdamOptions, parameter: S, gradient: S, m: S, v: S): void {
    this.#changes(parameter as WasmStorage);
    const stepSize = o.lr / (1 - o.beta1 ** o.step);
    const rootScale = 1 / Math.sqrt(1 - o.beta2 ** o.step);
    const decay = o.decoupled ? 1 - o.lr * o.weightDecay : 1;
    this.#machine.each("adam", parameter.length, [
      ...[stepSize, rootScale, o.beta1, o.beta2, 1 - o.beta1, 1 - o.beta2, o.eps],
      ...[o.decoupled ? 0 : o.weightDecay, decay],
      ...[addressOf(parameter), addressOf(gradient), addressOf(m), addressOf(v)],
    ]);
  }
}
