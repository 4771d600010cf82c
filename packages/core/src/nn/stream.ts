import { checkInteger, checkNumbers, checkOptions, checkShape, checkText } from "../checks.ts";
import {
  checkTensor,
  currentEngine,
  describeShape,
  type Engine,
  noGrad,
  singleStep,
  sizeOf,
  StreamMemory,
  Tensor,
} from "../engine/index.ts";
import { MyelinError, ShapeError } from "../errors.ts";
import { runInParts } from "./parts.ts";
import { checkState, loadedLayer, signatureOf, storedLayer, type StreamState } from "./stream-state.ts";

/** Why a layer cannot be streamed. */
export interface StreamObstacle {
  /** What the layer does, after "one that". */
  readonly what: string;
  /** What to do instead, a sentence. */
  readonly instead: string;
}

/** The obstacle of layers that behave otherwise in training. */
export function inTraining(what: string): StreamObstacle {
  checkText("inTraining.what", what);
  return {
    what: `is in training mode and ${what}`,
    instead: "Call `eval()` of the network before it streams.",
  };
}

/** Options of `Module.stream`. */
export interface StreamOptions {
  /** How many streams run side by side; default 1. */
  readonly batch?: number;
  /** The shape of one sample's step, such as [2, 34, 34]; otherwise the first step tells. */
  readonly input?: readonly number[];
}

/** What a stream has to know of a network. */
export interface Streamable {
  readonly label: string;
  readonly streamObstacle: StreamObstacle | undefined;
  forward(x: Tensor): Tensor;
  namedModules(): [string, Streamable][];
  namedParameters(): [string, Tensor][];
}

/**
 * A network one time step at a time; made by `Module.stream`.
 *
 * Potentials, delays and recurrent spikes carry on from step to step. Memory does not grow with the steps: each layer
 * overwrites what it carries. The outputs are those of the whole sequence in evaluation, bit for bit.
 */
export class NetworkStream {
  /** How many streams run side by side. */
  readonly batch: number;
  readonly #network: Streamable;
  readonly #modules: readonly Streamable[];
  readonly #parameter: Tensor | undefined;
  readonly #engine: Engine;
  readonly #memory: StreamMemory;
  /** The shape of a step, [B, ...]. */
  #shape: readonly number[] | undefined;
  #steps = 0;
  /** By how many steps the network lengthens sequences; known from the first step on. */
  #added = 0;
  #hasEnded = false;
  #isDisposed = false;
  /** What numbers are written to. */
  #input: Tensor | undefined;
  #output: Tensor | undefined;

  /** @throws MyelinError if a layer cannot stream */
  constructor(network: Streamable, options: StreamOptions) {
    const symbol = `${network.label}.stream`;
    const { batch = 1, input } = checkOptions(symbol, options, { batch: true, input: true });
    this.batch = checkInteger(`${symbol}.batch`, batch, { min: 1 });
    if (input !== undefined) this.#shape = [batch, ...checkShape(`${symbol}.input`, input)];
    this.#network = network;
    this.#modules = network.namedModules().map(([, module]) => module);
    this.#parameter = network.namedParameters()[0]?.[1];
    this.#engine = this.#parameter?.engine ?? currentEngine();
    this.#memory = new StreamMemory(this.#engine);
    this.#requireStreamable();
  }

  /** How many steps were taken since the stream was made or reset. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * The output of one time step: that at this place of the sequence which the inputs so far make.
   *
   * @param x f32 [B, ...], or its numbers in order
   * @returns f32 [B, ...]: inside `engine.step` a tensor of that step; otherwise one that the next step overwrites
   * @throws ShapeError if `x` has another shape than the steps before
   * @throws MyelinError after `dispose` or `finish`, or if a layer cannot stream any more
   */
  step(x: Tensor | ArrayLike<number>): Tensor {
    this.#requireUse("step");
    if (this.#hasEnded) this.#refuse("step", "a sequence that goes on", "one that `finish` has ended");
    const input = x instanceof Tensor ? this.#checked(x) : this.#written(x);
    this.#requireStreamable();
    const outlives = !this.#engine.inStep;
    const output = this.#engine.atOnce(() => {
      const y = this.#run(singleStep(input));
      return copyInto(outlives ? this.#persistent(y) : this.#engine.empty(y.shape.slice(1), y.format), y);
    });
    this.#added = this.#memory.added;
    this.#shape ??= input.shape;
    this.#steps++;
    return output;
  }

  /**
   * The outputs of the next T time steps, those that `step` gives one by one, in less time: layers take a few steps at
   * once, as many as fit the caches. Hidden layers need memory for these few, not for the whole sequence.
   *
   * @param x f32 [T, B, ...]
   * @returns f32 [T, B, ...]: inside `engine.step` a tensor of that step, and all memory that is needed stays until it
   * ends; otherwise a tensor of its own
   * A call that fails may have taken some of the steps: `reset` or `restore` before another.
   *
   * @throws ShapeError if `x` has no time axis, or steps of another shape than before
   * @throws MyelinError after `dispose` or `finish`, or if a layer cannot stream any more
   * @example const rates = meanOverTime(network.eval().stream({ batch: 100 }).run(recordings));
   */
  run(x: Tensor): Tensor {
    this.#requireUse("run");
    if (this.#hasEnded) this.#refuse("run", "a sequence that goes on", "one that `finish` has ended");
    this.#checkSequence(x);
    this.#requireStreamable();
    const output = runInParts(x, this.#memory, (part) => this.#run(part));
    this.#added = this.#memory.added;
    this.#shape ??= x.shape.slice(1);
    this.#steps += x.shape[0]!;
    return output;
  }

  /**
   * Ends the sequence: what layers with delays still have to say after its last step, in as many steps as whole
   * sequences are longer by. Call `reset` to begin another.
   *
   * @returns f32 [B, ...] for each of these steps; none for networks that lengthen nothing
   * @throws MyelinError before the first step, or when the sequence has ended
   */
  finish(): Tensor[] {
    this.#requireUse("finish");
    const shape = this.#shape;
    if (this.#steps === 0 || shape === undefined) this.#refuse("finish", "a step before it", "none");
    if (this.#hasEnded) this.#refuse("finish", "a sequence that goes on", "one that has ended");
    this.#requireStreamable();
    this.#hasEnded = true;
    const engine = this.#engine;
    const silence = this.#written(new Float32Array(sizeOf(shape)));
    return Array.from({ length: this.#added }, (_, step) =>
      engine.atOnce(() => {
        const y = this.#run(singleStep(silence), step + 1);
        return copyInto(engine.persistent(y.shape.slice(1), y.format), y);
      }),
    );
  }

  /** Everything that the stream carries as plain data, to be stored and restored later. */
  async state(): Promise<StreamState> {
    this.#requireUse("state");
    const { batch } = this;
    const [steps, added] = [this.#steps, this.#added];
    const layers = await Promise.all(this.#memory.states.map(storedLayer));
    return { network: signatureOf(this.#network), batch, steps, added, layers };
  }

  /**
   * Goes on from a saved state.
   * @throws MyelinError for the state of another network or batch, or for what is none
   */
  restore(state: StreamState): void {
    this.#requireUse("restore");
    const symbol = `${this.#network.label}.stream.restore`;
    const expected = { network: signatureOf(this.#network), batch: this.batch };
    checkState(symbol, state, expected, this.#memory.states);
    this.#memory.replace(state.layers.map((layer) => loadedLayer(this.#engine, layer)));
    this.#steps = state.steps;
    this.#added = state.added;
    this.#hasEnded = false;
  }

  /** Forgets all input so far: the next step is the first. */
  reset(): void {
    this.#requireUse("reset");
    this.#memory.replace([]);
    this.#steps = 0;
    this.#hasEnded = false;
  }

  /** Gives the memory of the stream back, not that of the network; it refuses to be used afterwards. */
  dispose(): void {
    this.#isDisposed = true;
    const reason = "Its stream was disposed.";
    this.#memory.release(reason);
    this.#input?.release(reason);
    this.#output?.release(reason);
  }

  /** As `dispose`, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The outputs [T, B, ...] of the next steps [T, B, ...]. */
  #run(x: Tensor, afterEnd = 0): Tensor {
    const place = { steps: x.shape[0]!, afterEnd };
    return noGrad(this.#engine, () => this.#memory.run(() => this.#network.forward(x), place));
  }

  /** Room for a step's output [1, B, ...] without its time. */
  #persistent(y: Tensor): Tensor {
    return (this.#output ??= this.#engine.persistent(y.shape.slice(1), y.format));
  }

  #checked(x: Tensor): Tensor {
    const symbol = this.#symbol("step");
    checkTensor(symbol, x, this.#parameter);
    const { batch } = this;
    const expected = this.#shape ?? [batch, ...x.shape.slice(1)];
    const fits = x.shape.length >= 2 && describeShape(x.shape) === describeShape(expected);
    if (fits) return x;
    const form = this.#shape ? describeShape(this.#shape) : `[${batch}, ...]`;
    throw new ShapeError(
      `${symbol}: expected one time step ${form}, got ${describeShape(x.shape)}. ` +
        "A step has the batch of the stream and no time axis, and all steps share a shape.",
    );
  }

  #checkSequence(x: Tensor): void {
    const symbol = this.#symbol("run");
    checkTensor(symbol, x, this.#parameter);
    const expected = this.#shape ?? [this.batch, ...x.shape.slice(2)];
    const steps = x.shape[0] ?? 0;
    if (steps >= 1 && x.shape.length >= 3 && describeShape(x.shape.slice(1)) === describeShape(expected))
      return;
    const form = ["T", ...(this.#shape ?? [this.batch, "..."])].join(", ");
    throw new ShapeError(
      `${symbol}: expected time steps [${form}], got ${describeShape(x.shape)}. ` +
        "A sequence has the batch of the stream behind its time axis, and all steps share a shape.",
    );
  }

  /** Numbers as a step, in memory that is used again. */
  #written(values: ArrayLike<number>): Tensor {
    const symbol = this.#symbol("step");
    checkNumbers(symbol, values, "Or give it a tensor [B, ...].");
    const { batch } = this;
    const shape = this.#shape ?? [batch, values.length / batch];
    if (values.length === 0 || values.length !== sizeOf(shape) || !Number.isInteger(shape[1])) {
      throw new ShapeError(
        `${symbol}: expected the numbers of one time step ${this.#shape ? describeShape(shape) : `[${batch}, N]`}, ` +
          `got ${values.length}. Samples follow each other; \`stream({ input })\` says their shape.`,
      );
    }
    this.#input ??= this.#engine.persistent(shape, shape.length === 4 ? "image" : "plain");
    this.#input.set(values);
    return this.#input;
  }

  #requireStreamable(): void {
    for (const { label, streamObstacle } of this.#modules) {
      if (streamObstacle === undefined) continue;
      const { what, instead } = streamObstacle;
      throw new MyelinError(`${label}: expected a layer that can stream, got one that ${what}. ${instead}`);
    }
  }

  #requireUse(method: string): void {
    if (this.#isDisposed) this.#refuse(method, "a stream in use", "one that was disposed");
  }

  #refuse(method: string, expected: string, got: string): never {
    const hint = this.#isDisposed
      ? "Make another by `network.stream()`."
      : "`reset` begins another sequence.";
    throw new MyelinError(`${this.#symbol(method)}: expected ${expected}, got ${got}. ${hint}`);
  }

  #symbol(method: string): string {
    return `${this.#network.label}.stream.${method}`;
  }
}

/** Copies a step's output [1, B, ...] to a tensor without its time. */
function copyInto(target: Tensor, y: Tensor): Tensor {
  target.engine.backend.elementwise.copy(y.size, { x: y.storage, out: target.storage });
  target.changed();
  return target;
}
