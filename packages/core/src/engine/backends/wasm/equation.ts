/** Neurons as equations, compiled to modules on the kernels' memory. */
import { BackendError } from "../../../errors.ts";
import {
  HoistedValue,
  type Kernel,
  lower,
  type Passes,
  passesOf,
  type Slot,
  type Step,
  surrogateParameter,
  wasmPrinter,
} from "../../../equations/index.ts";
import type {
  EquationBackend,
  EquationBackward,
  EquationForward,
  EquationParameter,
  EquationSize,
  EquationSpec,
  Storage,
} from "../../backend/index.ts";
import { addressOf } from "./runtime/address.ts";
import { elementsPerBlock } from "./runtime/blocks.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** A kernel and its number in the thread pool. */
interface Loaded {
  readonly kernel: Kernel;
  readonly number: number;
}

/** A neuron with its values that leave the loop, and the kernels made so far. */
interface Compiled {
  readonly step: Step;
  readonly passes: Passes;
  readonly hoisted: ReadonlyMap<string, HoistedValue>;
  readonly loaded: Map<string, Loaded>;
}

/** Addresses of a kernel's slots by kind and name. */
type Addresses = ReadonlyMap<string, number>;

export function equation(runtime: Runtime): EquationBackend {
  const equations = new Equations(runtime);
  return {
    forward: (size, buffers, spec) => equations.forward(size, buffers, spec),
    backward: (size, buffers, spec) => equations.backward(size, buffers, spec),
  };
}

/** Compiles each neuron once per program, and runs it. */
class Equations implements EquationBackend {
  readonly #runtime: Runtime;
  readonly #compiled = new Map<string, Compiled>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  forward(size: EquationSize, buffers: EquationForward, spec: EquationSpec): void {
    const neuron = this.#neuron(spec);
    const { model } = spec;
    const keeps = buffers.kept !== undefined;
    const loaded = this.#load(neuron, `forward ${keeps}`, () => neuron.passes.forward(keeps));
    const addresses = new Map([
      ...named("input", model.inputs, buffers.inputs),
      ...named("begin", namesOf(model.states), buffers.initial),
      ...named("carried", namesOf(model.states), buffers.final),
      ...named("output", namesOf(model.outputs), buffers.outputs),
      ...this.#kept(neuron, size, buffers.kept),
    ]);
    this.#run(
      neuron,
      loaded,
      size,
      new Values(size, spec, this.#parameters(spec, buffers.parameters)),
      addresses,
    );
  }

  backward(size: EquationSize, buffers: EquationBackward, spec: EquationSpec): void {
    const neuron = this.#neuron(spec);
    const { model } = spec;
    const present = namesOf(model.outputs).filter((_, i) => buffers.gOutputs[i]);
    const loaded = this.#load(neuron, `backward ${present.join(" ")}`, () =>
      neuron.passes.backward(new Set(present)),
    );
    // The kernel writes every gradient that the forward pass announced, and carries that of every state.
    const gInputs = buffers.gInputs.map((storage, i) =>
      spec.inputGradients[i]
        ? (storage ?? this.#runtime.allocate(size.steps * size.size, "step"))
        : undefined,
    );
    const gInitial = buffers.gInitial.map((storage) => storage ?? this.#runtime.allocate(size.size, "step"));
    const addresses = new Map([
      ...named("input", model.inputs, buffers.inputs),
      ...named("begin", namesOf(model.states), buffers.gFinal),
      ...named("carried", namesOf(model.states), gInitial),
      ...named("outputGradient", namesOf(model.outputs), buffers.gOutputs),
      ...named("inputGradient", model.inputs, gInputs),
      ...this.#kept(neuron, size, buffers.kept),
    ]);
    const values = new Values(size, spec, this.#parameters(spec, buffers.parameters));
    const gradients = this.#run(neuron, loaded, size, values, addresses);
    buffers.gParameters.forEach((storage, i) => {
      if (storage) this.#runtime.values(storage).set(gradients[i]!);
    });
  }

  #neuron(spec: EquationSpec): Compiled {
    const { model, surrogate, parameters, inputGradients } = spec;
    if (spec.derivative && model.spikes > 0) {
      throw new BackendError(
        `${model.name}.surrogate: expected an expression, which can be compiled, got a function. ` +
          'Write it as text, such as `surrogate: "1 / (1 + u ** 2)"`, or use the reference backend.',
      );
    }
    const rows = model.parameters.filter((_, i) => parameters[i]!.place !== "layer");
    const learned = model.parameters.filter((_, i) => parameters[i]!.values === undefined);
    const wanted = model.inputs.filter((_, i) => inputGradients[i]);
    const states = model.states.map(({ name, rest }) => [name, rest]);
    const names = [model.inputs, states, namesOf(model.outputs), model.parameters];
    const key = JSON.stringify([
      model.text,
      names,
      surrogate?.text,
      surrogate?.parameters,
      rows,
      learned,
      wanted,
    ]);
    const known = this.#compiled.get(key);
    if (known) return known;
    const step = lower(model, surrogate, new Set(rows));
    const passes = passesOf(step, { inputs: new Set(wanted), parameters: new Set(learned) });
    const hoisted = new Map(
      [...step.uniforms, ...step.rows].map((value) => [value.name, new HoistedValue(value)]),
    );
    const compiled = { step, passes, hoisted, loaded: new Map<string, Loaded>() };
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #load({ loaded }: Compiled, key: string, make: () => Kernel): Loaded {
    const known = loaded.get(key);
    if (known) return known;
    const kernel = make();
    const { isShared: shared, simd } = this.#runtime;
    const bytes = wasmPrinter({ shared, relaxed: simd === "relaxed" }).print(kernel);
    const made = { kernel, number: this.#runtime.load(bytes) };
    loaded.set(key, made);
    return made;
  }

  #parameters(spec: EquationSpec, learned: readonly (Storage | undefined)[]): Float64Array[] {
    return spec.parameters.map(({ values }, i) =>
      Float64Array.from(values ?? this.#runtime.values(learned[i]!)),
    );
  }

  #kept({ passes }: Compiled, { steps, size }: EquationSize, kept: Storage | undefined): [string, number][] {
    if (!kept) return [];
    const first = addressOf(kept);
    return Array.from({ length: passes.kept }, (_, i) => [`kept ${i}`, first + 4 * i * steps * size]);
  }

  /** @returns gradients of the parameters, of a backward pass */
  #run(
    neuron: Compiled,
    loaded: Loaded,
    size: EquationSize,
    values: Values,
    given: Addresses,
  ): Float64Array[] {
    const { kernel, number } = loaded;
    const runtime = this.#runtime;
    const grain = elementsPerBlock(size.steps, size.size);
    const chunks = Math.ceil(size.size / grain);
    const rooms = roomsOf(kernel, size.size, chunks);
    const { slots, uniforms } = kernel;
    return runtime.scratch(rooms.length + slots.length + uniforms.length, (memory) => {
      const first = addressOf(memory);
      const addresses = new Map([
        ...given,
        ...rooms.places.map(([key, at]) => [key, first + 4 * at] as const),
      ]);
      for (const { kind, name } of slots) {
        if (kind !== "row") continue;
        values.writeRow(neuron.hoisted.get(name)!, runtime.f32, rooms.at(kind, name) + first / 4);
      }
      const table = first + 4 * rooms.length;
      const numbers = uniforms.map((name) => neuron.hoisted.get(name)!.of(values.ofLayer));
      runtime.writeTable(
        table,
        slots.map((slot) => addresses.get(keyOf(slot)) ?? 0),
        numbers,
      );
      runtime.runLoaded(number, size.size, grain, [table, size.steps, size.size, grain]);
      for (const { name } of kernel.rowSums) {
        const at = rooms.at("rowGradient", name) + first / 4;
        values.propagateRow(neuron.hoisted.get(name)!, runtime.f32, at);
      }
      const sums =
        kernel.sums.length === 0
          ? []
          : runtime.sumsAt(first + 4 * rooms.at("sums", ""), chunks, kernel.sums.length);
      sums.forEach((sum, i) => values.propagate(neuron.hoisted.get(kernel.sums[i]!.name)!, sum));
      return values.gradients;
    });
  }
}

/** Values of parameters, by layer or by neuron of a sample, and their gradients. */
class Values {
  readonly gradients: Float64Array[];
  readonly #size: EquationSize;
  readonly #spec: EquationSpec;
  readonly #values: readonly Float64Array[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(size: EquationSize, spec: EquationSpec, values: readonly Float64Array[]) {
    this.#size = size;
    this.#spec = spec;
    this.#values = values;
    this.#places = new Map(spec.model.parameters.map((name, i) => [name, i]));
    this.gradients = values.map(({ length }) => new Float64Array(length));
  }

  readonly ofLayer = (name: string): number => this.#of(name, 0);

  /** Writes a row: the values of one sample, then copies of them. */
  writeRow(hoisted: HoistedValue, memory: Float32Array, at: number): void {
    const { features, size } = { features: this.#features, size: this.#size.size };
    for (let f = 0; f < features; f++) memory[at + f] = hoisted.of((name) => this.#of(name, f));
    for (let done = features; done < size; done *= 2) {
      memory.copyWithin(at + done, at, at + Math.min(done, size - done));
    }
  }

  propagate(hoisted: HoistedValue, gradient: number): void {
    hoisted.propagate(this.ofLayer, gradient, (name, value) => this.#add(name, 0, value));
  }

  propagateRow(hoisted: HoistedValue, memory: Float32Array, at: number): void {
    const features = this.#features;
    for (let f = 0; f < features; f++) {
      let gradient = 0;
      for (let e = f; e < this.#size.size; e += features) gradient += memory[at + e]!;
      hoisted.propagate(
        (name) => this.#of(name, f),
        gradient,
        (name, value) => this.#add(name, f, value),
      );
    }
  }

  get #features(): number {
    return this.#size.channels * this.#size.positions;
  }

  #of(name: string, feature: number): number {
    const place = this.#places.get(name);
    if (place !== undefined)
      return this.#values[place]![this.#index(this.#spec.parameters[place]!, feature)]!;
    const { surrogate, surrogateValues } = this.#spec;
    return surrogateValues[surrogate!.parameters.findIndex((own) => surrogateParameter(own) === name)]!;
  }

  #add(name: string, feature: number, value: number): void {
    const place = this.#places.get(name);
    if (place !== undefined)
      this.gradients[place]![this.#index(this.#spec.parameters[place]!, feature)]! += value;
  }

  /** Where a parameter keeps the value of a feature; images have their channels last here. */
  #index({ place }: EquationParameter, feature: number): number {
    const { channels, positions, format } = this.#size;
    if (place === "layer") return 0;
    const [channel, position] =
      format === "image"
        ? [feature % channels, Math.floor(feature / channels)]
        : [Math.floor(feature / positions), feature % positions];
    return place === "channel" ? channel : channel * positions + position;
  }
}

/** Places for what the host passes to a kernel and gets back, in numbers from the first. */
function roomsOf(kernel: Kernel, size: number, chunks: number) {
  const places: [string, number][] = [];
  let length = 0;
  for (const slot of kernel.slots) {
    const isOurs = slot.kind === "row" || slot.kind === "rowGradient" || slot.kind === "sums";
    if (!isOurs) continue;
    places.push([keyOf(slot), length]);
    // An even number, as sums are float64.
    length += slot.kind === "sums" ? 2 * chunks * kernel.sums.length : 2 * Math.ceil(size / 2);
  }
  const at = (kind: Slot["kind"], name: string): number =>
    places.find(([key]) => key === keyOf({ kind, name }))![1];
  return { places, length, at };
}

function named(
  kind: Slot["kind"],
  names: readonly string[],
  storages: readonly (Storage | undefined)[],
): [string, number][] {
  return names.map((name, i) => [keyOf({ kind, name }), addressOf(storages[i])]);
}

function keyOf({ kind, name }: Slot): string {
  return `${kind} ${name}`;
}

function namesOf(all: readonly { readonly name: string }[]): string[] {
  return all.map(({ name }) => name);
}
