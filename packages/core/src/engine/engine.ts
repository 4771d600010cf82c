import { checkFunction, checkInstance, checkInteger, checkOneOf, checkOptions, refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import { Tape } from "./tape.ts";
import type { Backend, Storage } from "./backend.ts";
import { ReferenceBackend } from "./backends/reference/index.ts";
import { createWasmBackend, type WasmOptions } from "./backends/wasm/index.ts";
import { Gradients } from "./gradients.ts";
import { Random } from "./random.ts";
import { checkSizes, type Format, Tensor } from "./tensor.ts";

export interface EngineOptions extends WasmOptions {
  /** "wasm" (default) or the slow float64 "reference". */
  readonly backend?: "wasm" | "reference";
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
  readonly random: Random;
  readonly tape = new Tape();
  readonly gradients = new Gradients(this);
  /** Counts the steps begun; tensors of an earlier step refuse to be used. */
  stepIndex = 0;
  #inStep = false;
  readonly #collected: FinalizationRegistry<() => void>;

  constructor(backend: Backend, seed = 0) {
    if (typeof (backend as Partial<Backend> | null | undefined)?.allocate !== "function") {
      refuse("Engine.backend", "a backend", backend, "`await createEngine()` makes an engine with one.");
    }
    this.backend = backend;
    this.random = new Random(seed);
    this.#collected = new FinalizationRegistry((release) => release());
  }

  get inStep(): boolean {
    return this.#inStep;
  }

  /**
   * Runs `work`; its tensors and tape are freed when it ends, also when it throws. Gradients that no optimiser
   * has used stay for the next step, but not those of a step that throws.
   * @returns what `work` returns: plain values, not tensors
   * @throws MyelinError when a step is already running
   */
  async step<T>(work: () => T | Promise<T>): Promise<T> {
    checkFunction("Engine.step", work, "a function that does the work of a step");
    if (this.#inStep) {
      throw new MyelinError(
        "Engine.step: expected no step to be running, got a nested step. Await the first.",
      );
    }
    this.#inStep = true;
    try {
      const result = await work();
      this.gradients.keep();
      return result;
    } catch (error) {
      this.gradients.drop();
      throw error;
    } finally {
      this.tape.clear();
      this.backend.endStep();
      this.stepIndex++;
      this.#inStep = false;
    }
  }

  /** An uninitialised tensor: of the running step, or persistent outside steps. */
  empty(shape: readonly number[], format: Format = "plain"): Tensor {
    if (!this.#inStep) return this.persistent(shape, format);
    checkFormat("Engine.empty", shape, format);
    const storage = this.backend.allocate(checkSizes("Engine.empty.shape", shape, 0), "step");
    return new Tensor(this, shape, format, storage, this.stepIndex);
  }

  /** An uninitialised tensor that lives as long as it is referenced. */
  persistent(shape: readonly number[], format: Format = "plain"): Tensor {
    checkFormat("Engine.persistent", shape, format);
    const storage = this.backend.allocate(checkSizes("Engine.persistent.shape", shape, 0), "persistent");
    const tensor = new Tensor(this, shape, format, storage);
    const backend = this.backend;
    this.#collected.register(tensor, () => backend.release(storage), tensor);
    return tensor;
  }

  /** Takes back the memory of a tensor that will not be used again; see `Tensor.release`. */
  free(tensor: Tensor, storage: Storage): void {
    this.#collected.unregister(tensor);
    this.backend.release(storage);
  }

  /** Stops the backend's threads and frees its memory. */
  async dispose(): Promise<void> {
    if (current === this) current = undefined;
    await this.backend.dispose();
  }
}

/** An image has the axes [..., C, H, W]. */
function checkFormat(owner: string, shape: readonly number[], format: Format): void {
  checkOneOf(`${owner}.format`, format, ["plain", "image"]);
  if (format === "image" && (shape.length === 4 || shape.length === 5)) return;
  if (format === "image") refuse(`${owner}.shape`, "the four or five axes of images", shape);
}

let current: Engine | undefined;

const THREADS_HINT = "Leave it away for as many as the machine has.";

/**
 * Starts an engine and, unless another one is current, makes it the current one.
 * @throws BackendError when the backend cannot run here
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  checkOptions("createEngine", options, { backend: true, seed: true, threads: true, simd: true });
  const { backend = "wasm", seed = 0, ...wasm } = options;
  checkOneOf("createEngine.backend", backend, ["wasm", "reference"]);
  checkInteger("createEngine.seed", seed, {});
  if (wasm.threads !== undefined)
    checkInteger("createEngine.threads", wasm.threads, { min: 1 }, THREADS_HINT);
  if (wasm.simd !== undefined) checkOneOf("createEngine.simd", wasm.simd, ["auto", "simd", "relaxed"]);
  const engine = new Engine(
    backend === "reference" ? new ReferenceBackend() : await createWasmBackend(wasm),
    seed,
  );
  current ??= engine;
  return engine;
}

/** Makes `engine` the one in which layers create parameters and `tensor` creates tensors. */
export function useEngine(engine: Engine): void {
  checkInstance("useEngine", engine, Engine, "an engine", "`await createEngine()` gives one.");
  current = engine;
}

/** @throws MyelinError when no engine was started */
export function currentEngine(): Engine {
  if (!current) {
    throw new MyelinError("currentEngine: expected an engine, got none. Call `await createEngine()` first.");
  }
  return current;
}
