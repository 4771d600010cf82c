import { checkArray, checkNumbers, checkShape, refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import type { ImageSize, Storage } from "./backend/index.ts";
import type { Engine } from "./engine.ts";

/** How a tensor's last axes are to be read; see `Tensor.format`. */
export type Format = "plain" | "image";

/** How many numbers a shape holds; 1 for a scalar, `[]`. */
export function sizeOf(shape: readonly number[]): number {
  checkArray("sizeOf", shape, "a shape such as [8, 4]");
  return shape.reduce((product, n) => product * n, 1);
}

/** The most numbers that a tensor may hold: 4 GiB of float32. */
const MOST_NUMBERS = 2 ** 30;

/** Requires sizes of axes, and not more numbers altogether than memory can hold; tells how many. */
export function checkSizes(symbol: string, shape: readonly number[], min = 1): number {
  const size = sizeOf(checkShape(symbol, shape, min));
  return size <= MOST_NUMBERS ? size : refuse(symbol, `at most ${MOST_NUMBERS} values`, shape);
}

/** `"[2, 3]"`, for messages. */
export function describeShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/**
 * A float32 array of fixed shape on the engine's backend.
 *
 * Sequences are time-major, `[T, B, ...]`; images are `[..., C, H, W]`. A tensor made inside
 * `engine.step` lives until that step ends; one made outside lives as long as it is referenced.
 */
export class Tensor {
  readonly engine: Engine;
  readonly shape: readonly number[];
  /** "image" tensors end in `[C, H, W]`; the backend chooses their physical order. */
  readonly format: Format;
  /** True for parameters and for everything computed from them while gradients are recorded. */
  requiresGrad = false;
  /** What has put another parameter in the place of this one, for messages; optimisers refuse this one then. */
  replacedBy: string | undefined;
  readonly #storage: Storage;
  /** The step this tensor belongs to; undefined for a persistent one. */
  readonly #step: number | undefined;
  /** The tensor whose storage this one shares. */
  readonly #owner: Tensor | undefined;
  #version = 0;
  /** Why the memory was given back, once it was. */
  #gone: string | undefined;

  constructor(
    engine: Engine,
    shape: readonly number[],
    format: Format,
    storage: Storage,
    step?: number,
    owner?: Tensor,
  ) {
    this.engine = engine;
    this.shape = shape;
    this.format = format;
    this.#storage = storage;
    this.#step = step;
    this.#owner = owner;
  }

  /** How many values it has: the product of `shape`. */
  get size(): number {
    return this.#storage.length;
  }

  /**
   * d(loss)/d(this) for parameters and other leaves. `backward` adds to it, also over several steps, until an
   * optimiser has used it; then it is gone at the end of the step. Assign undefined to forget it.
   */
  get grad(): Tensor | undefined {
    return this.engine.gradients.of(this);
  }

  /** Replaces the gradient; undefined forgets it. */
  set grad(value: Tensor | undefined) {
    this.engine.gradients.set(this, value);
  }

  /** Whether it was made outside steps and lives as long as it is referenced. */
  get isPersistent(): boolean {
    return this.#step === undefined;
  }

  /** False once the step that made this tensor has ended, or its memory was given back. */
  get isAlive(): boolean {
    const { engine } = this;
    return (this.isPersistent || this.#step === engine.stepIndex) && this.#root.#gone === undefined;
  }

  /** How often the values have been overwritten; what `backward` reads must not have changed since. */
  get version(): number {
    return this.#root.#version;
  }

  /** Notes that the values were overwritten in place. */
  changed(): void {
    this.#root.#version++;
  }

  /**
   * Gives the memory back now; the tensor and all that share its memory refuse to be used afterwards.
   * @param reason a sentence for the message that they then throw
   */
  release(reason: string): void {
    const root = this.#root;
    if (root.#gone !== undefined) return;
    root.#gone = reason;
    this.engine.free(root, root.#storage);
  }

  get #root(): Tensor {
    return this.#owner ?? this;
  }

  /**
   * The backend's block of numbers.
   * @throws MyelinError as `requireUse` does
   */
  get storage(): Storage {
    if (!this.isAlive || this.engine.isDisposed) this.requireUse();
    return this.#storage;
  }

  /** @throws MyelinError when the step that made this tensor has ended, or its memory was given back */
  requireUse(): void {
    const { engine } = this;
    const gone = this.#root.#gone;
    if (gone !== undefined || engine.isDisposed) {
      const hint = gone ?? `The ${engine.label} was disposed; read values before.`;
      throw new MyelinError(
        `Tensor ${describeShape(this.shape)}: expected a tensor in use, got one whose memory was given back. ${hint}`,
      );
    }
    if (!this.isAlive) {
      throw new MyelinError(
        `Tensor ${describeShape(this.shape)}: expected to be used inside the step that made it, but that step has ended. ` +
          "Read values with `await t.data()` before the step ends, or make the tensor outside it.",
      );
    }
  }

  /**
   * Shares the storage under another shape (plain tensors only). Gradients do not pass: `reshape` is the operation.
   *
   * @throws MyelinError for a tensor that wants a gradient while gradients are recorded, or a shape of another size
   */
  viewAs(shape: readonly number[]): Tensor {
    this.#requireNoGradient();
    if (checkSizes("Tensor.viewAs.shape", shape, 0) !== this.size)
      refuse("Tensor.viewAs.shape", `a shape of ${this.size} values`, shape, "A view has all of them.");
    const storage = this.engine.backend.memory.view(this.storage);
    return new Tensor(this.engine, shape, "plain", storage, this.#step, this.#owner ?? this);
  }

  #requireNoGradient(): void {
    if (!this.requiresGrad || !this.engine.inStep || !this.engine.tape.recording) return;
    throw new MyelinError(
      `Tensor.viewAs: expected a tensor whose gradient is not recorded, got one of shape ${describeShape(this.shape)} whose is. ` +
        "`reshape` and `unstack` give its values with their gradient; `noGrad` gives views without.",
    );
  }

  /** The planes, channels and positions of an image tensor. */
  imageSize(): ImageSize | undefined {
    if (this.format === "plain") return undefined;
    const [channels = 1, height = 1, width = 1] = this.shape.slice(-3);
    return { planes: sizeOf(this.shape.slice(0, -3)), channels, positions: height * width };
  }

  /** The values, in logical order, as a copy. */
  data(): Promise<Float32Array> {
    return this.engine.backend.memory.read(this.storage, this.imageSize());
  }

  /** The value of a tensor that holds one number. */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new MyelinError(
        `Tensor.item: expected a tensor of one number, got shape ${describeShape(this.shape)}. Use data().`,
      );
    }
    return (await this.data())[0] as number;
  }

  /**
   * Overwrites the values, given in logical order.
   * @throws MyelinError for another number of values, or one that is finite but too large for float32
   */
  set(values: ArrayLike<number>): void {
    checkNumbers("Tensor.set", values);
    checkFitsFloat32(values);
    if (values.length !== this.size) {
      throw new MyelinError(
        `Tensor.set: expected ${this.size} numbers for shape ${describeShape(this.shape)}, got ${values.length}.`,
      );
    }
    this.engine.backend.memory.write(this.storage, values, this.imageSize());
    this.changed();
  }
}

/** NaN and infinity are values; a finite number that would silently become infinite is none. */
function checkFitsFloat32(values: ArrayLike<number>): void {
  if (!Array.isArray(values) && !(values instanceof Float64Array)) return;
  const bad = values.findIndex(
    (value: number) => Number.isFinite(value) && !Number.isFinite(Math.fround(value)),
  );
  if (bad === -1) return;
  throw new MyelinError(
    `Tensor.set: expected numbers up to 3.4e38, as float32 holds, got ${String(values[bad])} at index ${bad}.`,
  );
}
