/**
 * Neurons as equations, compiled to modules on the kernels' memory.
 * One path: a kernel per program and direction, made when a layer first runs, all steps of four neurons at a time.
 * Measured as the workloads `neuron-*` and all spiking ones, see docs/results.md.
 */
import { type Kernel, wasmPrinter } from "../../../equations/index.ts";
import type {
  EquationBackend,
  EquationBackward,
  EquationForward,
  EquationSize,
  EquationSpec,
  Storage,
} from "../../backend/index.ts";
import { bind, type BoundKernel } from "./equation/bound-kernel.ts";
import { type Frame, runBound } from "./equation/run.ts";
import { Values } from "./equation/values.ts";
import { supportOf } from "./operands/support.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { WasmStorage } from "./runtime/storage.ts";

export function equation(runtime: Runtime): EquationBackend {
  const equations = new Equations(runtime);
  return {
    forward: (size, buffers, spec) => equations.forward(size, buffers, spec),
    backward: (size, buffers, spec) => equations.backward(size, buffers, spec),
  };
}

/** A layer's kernels, by the gradients that come in, see `Program.backward`; those of the forward pass below 0. */
type Layer = Map<number, BoundKernel>;

/** Compiles each neuron once per program, and runs it. */
class Equations implements EquationBackend {
  readonly #runtime: Runtime;
  readonly #layers = new WeakMap<EquationSpec, Layer>();
  /** Numbers in the thread pool, by what was printed. */
  readonly #loaded = new Map<string, number>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  forward(size: EquationSize, buffers: EquationForward, spec: EquationSpec): void {
    const keeps = buffers.kept !== undefined;
    const bound =
      this.#layerOf(spec).get(keeps ? -2 : -1) ??
      this.#bind(spec, keeps ? -2 : -1, spec.program.forward(keeps));
    const frame: Frame = {
      input: buffers.inputs,
      begin: buffers.initial,
      carried: buffers.final,
      output: buffers.outputs,
      kept: buffers.kept,
      argument: buffers.told,
    };
    const values = bound.needsValues ? this.#values(size, buffers, spec) : undefined;
    runBound(this.#runtime, bound, size, spec, frame, values);
    if (keeps && spec.reach < Infinity) this.#noteSupport(size, buffers, spec, values);
  }

  backward(size: EquationSize, buffers: EquationBackward, spec: EquationSpec): void {
    const present = presence(buffers.gOutputs);
    const bound =
      this.#layerOf(spec).get(present) ?? this.#bind(spec, present, spec.program.backward(present));
    const borrowed: WasmStorage[] = [];
    const room = (given: Storage | undefined, length: number): Storage => {
      if (given) return given;
      const storage = this.#runtime.allocate(length, "step");
      borrowed.push(storage);
      return storage;
    };
    // The kernel writes every gradient that the forward pass announced, and carries that of every state.
    const frame: Frame = {
      input: buffers.inputs,
      begin: buffers.gFinal,
      carried: buffers.gInitial.map((storage) => room(storage, size.size)),
      outputGradient: buffers.gOutputs,
      inputGradient: buffers.gInputs.map((storage, i) =>
        spec.inputGradients[i] ? room(storage, size.steps * size.size) : undefined,
      ),
      kept: buffers.kept,
      slope: buffers.slopes,
    };
    const learns = buffers.gParameters.some((storage) => storage !== undefined);
    const values = learns || bound.needsValues ? this.#values(size, buffers, spec) : undefined;
    runBound(this.#runtime, bound, size, spec, frame, values);
    if (values && learns) this.#writeGradients(size, buffers, spec, frame, values);
    for (const storage of borrowed) this.#runtime.release(storage);
  }

  #writeGradients(
    { size }: EquationSize,
    { initial, gParameters }: EquationBackward,
    { program }: EquationSpec,
    { carried }: Frame,
    values: Values,
  ): void {
    const runtime = this.#runtime;
    program.step.states.forEach(({ rest }, i) => {
      const hoisted = rest.kind === "leaf" ? program.hoisted.get(rest.name) : undefined;
      if (!hoisted || initial[i]) return;
      const gradients = runtime.values(carried![i]!);
      if (rest.kind === "leaf" && rest.source === "row") values.propagateRow(hoisted, gradients, 0);
      else
        values.propagate(
          hoisted,
          gradients.subarray(0, size).reduce((sum, value) => sum + value, 0),
        );
    });
    gParameters.forEach((storage, i) => {
      if (storage) runtime.values(storage).set(values.gradients[i]!);
    });
  }

  #noteSupport(
    size: EquationSize,
    buffers: EquationForward,
    spec: EquationSpec,
    known: Values | undefined,
  ): void {
    const { sources, hoisted } = spec.program;
    sources.forEach((source, i) => {
      if (!source) return;
      const values = known ?? this.#values(size, buffers, spec);
      const numbers = source.of((name) => values.of(hoisted.get(name)!));
      (buffers.outputs[i] as WasmStorage).support = supportOf(
        this.#runtime,
        buffers.kept![source.kept]!,
        numbers,
        spec.reach,
      );
    });
  }

  #values(size: EquationSize, { parameters }: Pick<EquationForward, "parameters">, spec: EquationSpec) {
    const values = spec.parameters.map(({ values: given }, i) => {
      if (typeof given === "number") return Float64Array.of(given);
      return Float64Array.from(given ?? this.#runtime.values(parameters[i]!));
    });
    return new Values(size, spec, values);
  }

  #layerOf(spec: EquationSpec): Layer {
    let layer = this.#layers.get(spec);
    if (!layer) this.#layers.set(spec, (layer = new Map<number, BoundKernel>()));
    return layer;
  }

  #bind(spec: EquationSpec, key: number, kernel: Kernel): BoundKernel {
    const text = `${key} ${spec.program.text}`;
    let number = this.#loaded.get(text);
    if (number === undefined) {
      const { isShared: shared, simd } = this.#runtime;
      number = this.#runtime.load(wasmPrinter({ shared, relaxed: simd === "relaxed" }).print(kernel));
      this.#loaded.set(text, number);
    }
    const bound = bind(kernel, number, spec);
    this.#layerOf(spec).set(key, bound);
    return bound;
  }
}

/** Bit i is set where storage i is present. */
function presence(storages: readonly (Storage | undefined)[]): number {
  let present = 0;
  for (let i = 0; i < storages.length; i++) if (storages[i]) present |= 1 << i;
  return present;
}
