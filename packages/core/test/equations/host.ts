/** Runs emitted modules on a memory of their own, as a backend does on the engine's. */
import { Evaluator } from "../../src/equations/graph/evaluate.ts";
import { NUMBERS } from "../../src/equations/graph/operations.ts";
import { reverse } from "../../src/equations/graph/reverse.ts";
import {
  type Hoisted,
  type Kernel,
  lower,
  type Model,
  passesOf,
  type Passes,
  type Step,
  type SurrogateModel,
  wasmPrinter,
} from "../../src/equations/index.ts";

export interface Layer {
  readonly model: Model;
  readonly surrogate: SurrogateModel | undefined;
  readonly alpha: number;
  readonly steps: number;
  readonly size: number;
  /** One number, or one per neuron of a sample. */
  readonly parameters: readonly Float64Array[];
  readonly inputs: readonly Float64Array[];
  readonly initial: readonly (Float64Array | undefined)[];
}

export interface Gradients {
  readonly inputs: readonly ArrayLike<number>[];
  readonly initial: readonly ArrayLike<number>[];
  readonly parameters: readonly ArrayLike<number>[];
}

export interface Results {
  readonly outputs: readonly ArrayLike<number>[];
  readonly final: readonly ArrayLike<number>[];
}

/** How a layer runs. */
export interface Machine {
  readonly relaxed: boolean;
  /** Neurons per chunk, and the order in which chunks run. */
  readonly grain: number;
  readonly backwards?: boolean;
}

const PAGE = 65536;

type Run = (table: number, steps: number, size: number, grain: number, begin: number, end: number) => void;

/** A layer as a backend would run it. */
export class CompiledLayer {
  readonly step: Step;
  readonly passes: Passes;
  readonly #layer: Layer;
  readonly #machine: Machine;
  readonly #memory: WebAssembly.Memory;
  readonly #places = new Map<string, number>();
  #end = 64;

  constructor(layer: Layer, machine: Machine, learned: readonly string[] = layer.model.parameters) {
    const { model, surrogate, parameters } = layer;
    const rows = model.parameters.filter((_, i) => parameters[i]!.length > 1);
    this.step = lower(model, surrogate, { rows: new Set(rows) });
    this.passes = passesOf(this.step, { inputs: new Set(model.inputs), parameters: new Set(learned) });
    this.#layer = layer;
    this.#machine = machine;
    this.#memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  }

  forward(keeps = true): Results {
    const { model, inputs, initial } = this.#layer;
    model.inputs.forEach((name, i) => this.#write(`input ${name}`, inputs[i]!));
    model.states.forEach(({ name }, i) => this.#writeOptional(`begin ${name}`, initial[i]));
    this.#run(this.passes.forward(keeps));
    return {
      outputs: model.outputs.map(({ name }) => this.#read(`output ${name}`)),
      final: model.states.map(({ name }) => this.#read(`carried ${name}`)),
    };
  }

  /** After `forward`. */
  backward(incoming: {
    readonly outputs: readonly (Float64Array | undefined)[];
    readonly final: readonly (Float64Array | undefined)[];
  }): Gradients {
    const { model } = this.#layer;
    model.outputs.forEach(({ name }, i) =>
      this.#writeOptional(`outputGradient ${name}`, incoming.outputs[i]),
    );
    model.states.forEach(({ name }, i) => this.#writeOptional(`begin ${name}`, incoming.final[i]));
    const present = model.outputs.filter((_, i) => incoming.outputs[i]).map(({ name }) => name);
    const kernel = this.passes.backward(new Set(present));
    this.#run(kernel);
    return {
      inputs: model.inputs.map((name) => this.#read(`inputGradient ${name}`)),
      initial: model.states.map(({ name }) => this.#read(`carried ${name}`)),
      parameters: this.#parameterGradients(kernel),
    };
  }

  #run(kernel: Kernel): void {
    const { steps, size } = this.#layer;
    const { relaxed, grain, backwards } = this.#machine;
    const chunks = Math.ceil(size / grain);
    const table = this.#table(kernel, chunks);
    const bytes = wasmPrinter({ shared: false, relaxed }).print(kernel);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.#memory },
    });
    const run = instance.exports["run"] as Run;
    const order = Array.from({ length: chunks }, (_, i) => i * grain);
    for (const begin of backwards ? order.toReversed() : order) {
      run(table, steps, size, grain, begin, Math.min(size, begin + grain));
    }
  }

  #table(kernel: Kernel, chunks: number): number {
    const { steps, size } = this.#layer;
    const addresses = kernel.slots.map(({ kind, name }) => {
      const key = `${kind} ${name}`;
      if (kind === "begin") return this.#places.get(key) ?? 0;
      if (kind === "row") this.#write(key, this.#hoisted(this.step.rows, name));
      const length =
        kind === "sums" ? 2 * chunks * kernel.sums.length : kind.match(/row|carried/) ? size : steps * size;
      return this.#place(key, length);
    });
    const numbers = kernel.uniforms.map((name) => this.#hoisted(this.step.uniforms, name)[0]!);
    const table = this.#place(`table ${kernel.direction}`, addresses.length + numbers.length);
    new Int32Array(this.#memory.buffer, table, addresses.length).set(addresses);
    new Float32Array(this.#memory.buffer, table + 4 * addresses.length, numbers.length).set(numbers);
    return table;
  }

  #hoisted(all: readonly Hoisted[], name: string): Float64Array {
    const { node } = all.find((hoisted) => hoisted.name === name)!;
    return Float64Array.from({ length: this.#layer.size }, (_, e) => this.#evaluated(node, e).valueOf(node));
  }

  #evaluated(node: Hoisted["node"], e: number): Evaluator {
    const { model, parameters, alpha } = this.#layer;
    const evaluator = new Evaluator([node]);
    evaluator.run(({ name }) => {
      if (name === "surrogate.alpha") return alpha;
      const values = parameters[model.parameters.indexOf(name)]!;
      return values[e % values.length]!;
    });
    return evaluator;
  }

  /** What the sums of the loop mean for the parameters. */
  #parameterGradients(kernel: Kernel): Float64Array[] {
    const { model, size, parameters } = this.#layer;
    const gradients = parameters.map(({ length }) => new Float64Array(length));
    const propagate = (node: Hoisted["node"], e: number, gradient: number): void => {
      const { nodes, valueOf } = this.#evaluated(node, e);
      const found = reverse({
        algebra: NUMBERS,
        nodes,
        valueOf,
        seeds: [[node, gradient]],
        surrogate: () => 0,
      });
      for (const [leaf, value] of found) {
        if (leaf.kind !== "leaf" || leaf.name === "surrogate.alpha") continue;
        const target = gradients[model.parameters.indexOf(leaf.name)]!;
        target[e % target.length]! += value;
      }
    };
    for (const { name } of kernel.rowSums) {
      const { node } = this.step.rows.find((row) => row.name === name)!;
      this.#read(`rowGradient ${name}`).forEach((gradient, e) => propagate(node, e, gradient));
    }
    if (kernel.sums.length === 0) return gradients;
    const chunks = Math.ceil(size / this.#machine.grain);
    const sums = this.#memory.buffer.slice(this.#places.get("sums "));
    const partials = new Float64Array(sums, 0, chunks * kernel.sums.length);
    kernel.sums.forEach(({ name }, i) => {
      const { node } = this.step.uniforms.find((uniform) => uniform.name === name)!;
      const total = partials.filter((_, place) => place % kernel.sums.length === i);
      propagate(
        node,
        0,
        total.reduce((sum, value) => sum + value, 0),
      );
    });
    return gradients;
  }

  #place(key: string, length: number): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#end;
    // A gap of canaries behind each block.
    this.#end += 4 * length + 64;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    new Float32Array(this.#memory.buffer, place, length + 16).fill(CANARY);
    this.#places.set(key, place);
    this.#lengths.set(key, length);
    return place;
  }

  readonly #lengths = new Map<string, number>();

  /** Whether nothing was written beside the blocks. */
  get isIntact(): boolean {
    return [...this.#places].every(([key, place]) => {
      const gap = new Float32Array(this.#memory.buffer, place + 4 * this.#lengths.get(key)!, 16);
      return gap.every((value) => value === CANARY);
    });
  }

  #write(key: string, values: ArrayLike<number>): void {
    const place = this.#place(key, values.length);
    new Float32Array(this.#memory.buffer, place, values.length).set(values);
  }

  #writeOptional(key: string, values: ArrayLike<number> | undefined): void {
    if (values) this.#write(key, values);
    else this.#places.delete(key);
  }

  #read(key: string): Float32Array {
    const length = this.#lengths.get(key);
    if (length === undefined) return new Float32Array(0);
    return new Float32Array(this.#memory.buffer, this.#places.get(key), length).slice();
  }
}

const CANARY = 1234567;
