import { checkFunction, checkInstance, checkInteger, checkOneOf, checkOptions, refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import { Tape } from "./tape.ts";
import type { Backend, MinimalBackend, Storage } from "./backend/index.ts";
import {
  BACKEND_NAMES,
  type BackendName,
  type BackendOptions,
  checkWasmOptions,
  startBackend,
} from "./backends/index.ts";
import { completed } from "./composites/index.ts";
import { checkedBackend } from "./contract.ts";
import { checkMayChoose, choose, enter, forget, leave } from "./current.ts";
import { Gradients } from "./gradients.ts";
import type { StepPadding } from "./padding.ts";
import type { StreamMemory } from "./streaming.ts";
import { Random } from "./random.ts";
import { checkSizes, type Format, Tensor } from "./tensor.ts";

/** What `createEngine` is told; options of a backend stand under its name, as in `{ wasm: { threads: 1 } }`. */
export interface EngineOptions extends BackendOptions {
  /** "wasm" (default), or "reference", which is slow and computes in float64. Loaded when first asked for. */
  readonly backend?: BackendName;
  /** Seed of initialisation, dropout and shuffling; default 0. */
  readonly seed?: number;
}

/**
 * Owns a backend, its memory and the tape of the running step.
 *
 * Work happens in steps: `await engine.step(() => ...)`. What is allocated inside is freed as a
 * whole when the step ends, so nobody disposes of tensors by hand.
 */
export class Engine {
  readonly backend: Backend;
  /** Name for messages, such as `engine 2 (wasm)`. */
  readonly label: string;
  readonly random: Random;
  readonly tape = new Tape();
  readonly gradients = new Gradients(this);
  /** Counts the steps begun; tensors of an earlier step refuse to be used. */
  stepIndex = 0;
  /** What is padding in the sequences of the running step; set by `setLengths`. */
  padding: StepPadding | undefined;
  /** What layers carry from step to step, while a stream runs one; see `Module.stream`. */
  streaming: StreamMemory | undefined;
  #inStep = false;
  #isDisposed = false;
  readonly #collected: FinalizationRegistry<() => void>;

  /** @param backend groups that have a default may be left out */
  constructor(backend: MinimalBackend, seed = 0) {
    if (typeof (backend as Partial<Backend> | null | undefined)?.memory?.allocate !== "function") {
      refuse("Engine.backend", "a backend", backend, "`await createEngine()` makes an engine with one.");
    }
    this.backend = checkedBackend(completed(backend));
    this.label = `engine ${++count} (${backend.name})`;
    this.random = new Random(seed);
    this.#collected = new FinalizationRegistry((release) => release());
  }

  /** Whether a step is running. */
  get inStep(): boolean {
    return this.#inStep;
  }

  /** Whether `dispose` was called: tensors can no longer be read. */
  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /**
   * Runs `work` with this engine as the current one; its tensors and tape are freed when it ends, also when it throws. Gradients that no optimiser
   * has used stay for the next step, but not those of a step that throws.
   * @returns what `work` returns: plain values, not tensors
   * @throws MyelinError when a step is already running, or the engine was disposed
   */
  async step<T>(work: () => T | Promise<T>): Promise<T> {
    checkFunction("Engine.step", work, "a function that does the work of a step");
    this.#requireUse("Engine.step");
    if (this.#inStep) {
      throw new MyelinError(
        "Engine.step: expected no step to be running, got a nested step. Await the first.",
      );
    }
    this.#begin();
    try {
      const reclaimed = this.backend.memory.reclaim();
      if (reclaimed) await reclaimed;
      const result = await work();
      this.gradients.keep();
      return result;
    } catch (error) {
      this.gradients.drop();
      throw error;
    } finally {
      this.#end();
    }
  }

  /**
   * Runs `work` as a part of the running step or, outside steps, as one of its own that nobody waits for. For work that
   * records no gradients, such as the steps of a stream.
   * @throws MyelinError when the engine was disposed
   */
  atOnce<T>(work: () => T): T {
    checkFunction("Engine.atOnce", work, "a function that does the work of a step");
    this.#requireUse("Engine.atOnce");
    if (this.#inStep) return work();
    this.#begin();
    try {
      return work();
    } finally {
      this.#end();
    }
  }

  #begin(): void {
    this.#inStep = true;
    enter(this);
  }

  #end(): void {
    this.tape.clear();
    this.padding = undefined;
    this.backend.memory.endStep();
    this.stepIndex++;
    this.#inStep = false;
    leave(this);
  }

  /** An uninitialised tensor: of the running step, or persistent outside steps. */
  empty(shape: readonly number[], format: Format = "plain"): Tensor {
    if (!this.#inStep) return this.persistent(shape, format);
    checkFormat("Engine.empty", shape, format);
    const storage = this.backend.memory.allocate(checkSizes("Engine.empty.shape", shape, 0), "step");
    return new Tensor(this, shape, format, storage, this.stepIndex);
  }

  /** An uninitialised tensor that lives as long as it is referenced. */
  persistent(shape: readonly number[], format: Format = "plain"): Tensor {
    this.#requireUse("Engine.persistent");
    checkFormat("Engine.persistent", shape, format);
    const { memory } = this.backend;
    const storage = memory.allocate(checkSizes("Engine.persistent.shape", shape, 0), "persistent");
    const tensor = new Tensor(this, shape, format, storage);
    this.#collected.register(tensor, () => memory.release(storage), tensor);
    return tensor;
  }

  /** Takes back the memory of a tensor that will not be used again; see `Tensor.release`. */
  free(tensor: Tensor, storage: Storage): void {
    this.#collected.unregister(tensor);
    this.backend.memory.release(storage);
  }

  /**
   * Stops the backend's threads and frees its memory; the engine that was current before is so again.
   * @throws MyelinError while a step runs
   */
  async dispose(): Promise<void> {
    if (this.#inStep) {
      throw new MyelinError(
        `Engine.dispose: expected no running step, got one of ${this.label}. Await the step first.`,
      );
    }
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    forget(this);
    await this.backend.dispose();
  }

  #requireUse(symbol: string): void {
    if (!this.#isDisposed) return;
    throw new MyelinError(
      `${symbol}: expected an engine in use, got ${this.label}, which was disposed. Start another by createEngine.`,
    );
  }
}

/** Numbers the engines for messages. */
let count = 0;

/** An image has the axes [..., C, H, W]. */
function checkFormat(owner: string, shape: readonly number[], format: Format): void {
  if (format === "plain") return;
  checkOneOf(`${owner}.format`, format, ["plain", "image"]);
  if (shape.length !== 4 && shape.length !== 5)
    refuse(`${owner}.shape`, "the four or five axes of images", shape);
}

/**
 * Starts an engine and makes it the current one: layers and tensors are made in it from now on. When it is disposed,
 * the one before is current again.
 *
 * @throws BackendError when the backend cannot run here
 * @throws MyelinError for an option out of range or unknown, or while a step of another engine runs
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  checkOptions("createEngine", options, { backend: true, seed: true, wasm: true });
  checkMayChoose("createEngine");
  const { backend = "wasm", seed = 0, wasm } = options;
  checkOneOf("createEngine.backend", backend, BACKEND_NAMES);
  checkInteger("createEngine.seed", seed, {});
  if (wasm !== undefined) checkWasmOptions("createEngine.wasm", wasm);
  const engine = new Engine(await startBackend(backend, { wasm }), seed);
  choose(engine);
  return engine;
}

/**
 * Makes `engine` the one in which layers create parameters and `tensor` creates tensors.
 * @throws MyelinError for a disposed engine, or while a step of another runs
 */
export function useEngine(engine: Engine): void {
  checkInstance("useEngine", engine, Engine, "an engine", "`await createEngine()` gives one.");
  if (engine.isDisposed) {
    throw new MyelinError(`useEngine: expected an engine in use, got ${engine.label}, which was disposed.`);
  }
  checkMayChoose("useEngine", engine);
  choose(engine);
}
