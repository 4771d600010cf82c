import { additionsAfter, addTo, type Communicator, ownParts } from "../communicate/index.ts";
import type { Engine, Tensor } from "../engine/index.ts";
import { readInto } from "./read-into.ts";

/** Values that are sent together: the fewer, the earlier the first leave; the more, the fewer calls. */
export const BUCKET_VALUES = 1 << 16;

/** Where a tensor's gradient stands. */
interface Place {
  readonly bucket: Bucket;
  readonly at: number;
  readonly length: number;
  readonly index: number;
}

/** Gradients that are sent together. */
class Bucket {
  readonly tensors: Tensor[] = [];
  length = 0;
  /** Sums of nodes of the tree, one behind the other. */
  values: Float32Array = new Float32Array();
  /** Tensors whose gradients of the last part are still to come. */
  missing = 0;
  sum: Promise<void> | undefined;
}

/**
 * Adds up the gradients of the parts of a step in the order of their tree, over all processes. The gradients of the
 * last part leave in buckets while its backward pass still runs: those of the last layers first.
 */
export class GradientSum {
  readonly #engine: Engine;
  readonly #communicator: Communicator;
  readonly #buckets: Bucket[] = [];
  readonly #places = new Map<Tensor, Place>();
  /** How many parts have given each tensor a gradient. */
  readonly #given = new Bucket();
  readonly #reads: Promise<void>[] = [];
  #additions: readonly number[] = [];
  #parts = 0;
  /** The part that is being worked on, of this process's. */
  #part = 0;
  /** Sums on the stack below those of this part. */
  #height = 0;
  #seen = new Set<Tensor>();
  /** Buckets that are on their way. */
  #sent = 0;

  /** @param tensors what is trained; the last get their gradients first */
  constructor(engine: Engine, communicator: Communicator, tensors: readonly Tensor[]) {
    this.#engine = engine;
    this.#communicator = communicator;
    for (const tensor of [...tensors].reverse()) this.#place(tensor, this.#places.size);
    this.#given.length = tensors.length;
  }

  #place(tensor: Tensor, index: number): void {
    let bucket = this.#buckets.at(-1);
    if (bucket === undefined || (bucket.length > 0 && bucket.length + tensor.size > BUCKET_VALUES)) {
      bucket = new Bucket();
      this.#buckets.push(bucket);
    }
    this.#places.set(tensor, { bucket, at: bucket.length, length: tensor.size, index });
    bucket.tensors.push(tensor);
    bucket.length += tensor.size;
  }

  /** Begins a step of so many parts, of which this process computes some. */
  begin(parts: number): void {
    const { rank, size } = this.#communicator;
    this.#parts = parts;
    this.#additions = additionsAfter(ownParts(parts, rank, size), parts);
    const room = highest(this.#additions);
    for (const bucket of [...this.#buckets, this.#given]) {
      if (bucket.values.length < room * bucket.length) {
        bucket.values = this.#communicator.allocate(room * bucket.length);
      }
      bucket.sum = undefined;
    }
    this.#part = this.#height = this.#sent = 0;
    this.#beginPart();
  }

  #beginPart(): void {
    this.#seen = new Set();
    for (const bucket of this.#buckets) bucket.missing = bucket.tensors.length;
  }

  /** Takes the gradient of a tensor in the running part, as soon as it is final. */
  add(tensor: Tensor, gradient: Tensor): void {
    const place = this.#places.get(tensor);
    if (place === undefined || this.#seen.has(tensor)) return;
    const { bucket, at, length, index } = place;
    const read = readInto(gradient, this.#top(bucket).subarray(at, at + length));
    this.#note(tensor, index, 1);
    if (read === undefined) this.#reduce(bucket, at, length);
    else this.#reads.push(read.then(() => this.#reduce(bucket, at, length)));
  }

  /** Ends the running part: what got no gradient counts as 0. */
  async endPart(): Promise<void> {
    await Promise.all(this.#reads.splice(0));
    for (const [tensor, { bucket, at, length, index }] of this.#places) {
      if (this.#seen.has(tensor)) continue;
      this.#top(bucket).fill(0, at, at + length);
      this.#note(tensor, index, 0);
      this.#reduce(bucket, at, length);
    }
    this.#add(this.#given, 0, this.#given.length);
    this.#height += 1 - this.#additionsNow;
    this.#part++;
    this.#beginPart();
  }

  /** Waits for the sums over all parts. */
  async arrive(): Promise<void> {
    for (; this.#sent < this.#buckets.length; this.#sent++) this.#send(this.#buckets[this.#sent] as Bucket);
    this.#send(this.#given);
    for (const { sum } of [...this.#buckets, this.#given]) await sum;
  }

  /**
   * Makes the sums the gradients of the tensors; those that no part has given one have none. Inside the engine's step.
   */
  use(): void {
    for (const [tensor, { bucket, at, length, index }] of this.#places) {
      if (this.#given.values[index] === 0) continue;
      const gradient = this.#engine.empty(tensor.shape, tensor.format);
      this.#engine.backend.memory.write(gradient.storage, bucket.values.subarray(at, at + length));
      tensor.grad = gradient;
    }
  }

  get #additionsNow(): number {
    return this.#additions[this.#part] ?? 0;
  }

  /** The place for what the running part brings. */
  #top({ values, length }: Bucket): Float32Array {
    return values.subarray(this.#height * length, (this.#height + 1) * length);
  }

  #note(tensor: Tensor, index: number, isGiven: 0 | 1): void {
    this.#seen.add(tensor);
    this.#top(this.#given)[index] = isGiven;
  }

  /** Adds up what is complete of a tensor, and sends what is complete of the last part. */
  #reduce(bucket: Bucket, at: number, length: number): void {
    this.#add(bucket, at, length);
    bucket.missing--;
    if (this.#part < this.#additions.length - 1) return;
    // Every process has to send them in the same order.
    for (; this.#buckets[this.#sent]?.missing === 0; this.#sent++) {
      this.#send(this.#buckets[this.#sent] as Bucket);
    }
  }

  #add({ values, length: stride }: Bucket, at: number, length: number): void {
    const sumAt = (height: number): Float32Array =>
      values.subarray(height * stride + at, height * stride + at + length);
    for (let i = 0; i < this.#additionsNow; i++) addTo(sumAt(this.#height - i - 1), sumAt(this.#height - i));
  }

  #send(bucket: Bucket): void {
    const { values, length } = bucket;
    bucket.sum = this.#communicator.sum(values, { length, parts: this.#parts });
    // Whoever waits for it later learns of a failure.
    bucket.sum.catch(() => {});
  }
}

/** How many sums there are at most; one at least, for the result. */
function highest(additions: readonly number[]): number {
  let [height, most] = [0, 1];
  for (const count of additions) {
    most = Math.max(most, ++height);
    height -= count;
  }
  return most;
}
