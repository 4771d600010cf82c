import { FormatError, LeakyIntegrator, LIF, Tensor, type LeakyOptions, type Module } from "@myelin/core";
import { EquationNeuron, SpikingNeuron, type Surrogate } from "@myelin/core/neurons";
import { equationsOf, type NeuronNumber } from "../neurons/index.ts";
import { splitName } from "./names.ts";

type Charge = Required<Pick<LeakyOptions, "tau" | "decayInput">>;

/** A layer of neurons that a file, or an option, describes. */
export interface FileNeuron {
  /** Where it is there. */
  readonly theirs: string;
  /** The function that makes a layer which computes the same. */
  readonly name: string;
  readonly make: (surrogate: Surrogate | undefined) => EquationNeuron;
  /** Its numbers, by the names of the parameters of that layer. */
  readonly values: Readonly<Record<string, NeuronNumber>>;
  /** What else that function is given. */
  readonly further: Readonly<Record<string, string | boolean>>;
  /** The LIF that computes the same, if there is one. */
  readonly leaky?: Charge & { readonly vThreshold: number; readonly vReset: number };
  /** The leaky integrator that has the same potential, if there is one. */
  readonly integrator?: Charge;
}

/** A layer of neurons that was given the numbers of one of the file. */
export interface ConvertedNeuron {
  readonly theirs: string;
  readonly ours: string;
  /** What it computes now. */
  readonly options: string;
}

/** What is to be done with the network's neurons, once it is known that all of it fits. */
export interface Conversion {
  readonly neurons: readonly ConvertedNeuron[];
  readonly apply: () => void;
}

/** A layer of the network, and what becomes of it. */
interface Change {
  readonly shown: ConvertedNeuron;
  readonly apply: (container: Module, name: string) => void;
}

/**
 * Finds what the network's neurons, in their order, have to become to compute what those of the file do. A LIF stands for
 * any of them and is replaced; a layer of the same equations is given the numbers.
 *
 * @param keep refuses what would change more than numbers that training changes
 * @throws FormatError for neurons that do not fit
 */
export function convertNeurons(theirs: readonly FileNeuron[], network: Module, keep: boolean): Conversion {
  const modules = network.namedModules();
  const ours = placesOf(theirs, modules);
  if (theirs.length !== ours.length) {
    fail(`${theirs.length} layers of neurons, as in the file`, `${ours.length} in the network`);
  }
  const changes = theirs.map((neuron, i) => change(neuron, ours[i]!, keep));
  const apply = (): void => {
    for (const { shown, apply } of changes) {
      const [parent, name] = splitName(shown.ours);
      apply(modules.find(([path]) => path === parent)![1], name);
    }
  };
  return { neurons: changes.map(({ shown }) => shown), apply };
}

type Place = readonly [path: string, module: Module];

/** Layers of neurons; leaky integrators are counted where the file has neurons without a reset. */
function placesOf(theirs: readonly FileNeuron[], modules: readonly Place[]): Place[] {
  const integrates = theirs.some(({ integrator }) => integrator !== undefined);
  return modules.filter(([, module]) => {
    return module instanceof SpikingNeuron || (integrates && module instanceof LeakyIntegrator);
  });
}

function change(neuron: FileNeuron, [path, module]: Place, keep: boolean): Change {
  const { leaky, integrator } = neuron;
  const place: Placed = { neuron, path, module, keep };
  if (module instanceof LeakyIntegrator && integrator) {
    return replaced(place, "new LeakyIntegrator", integrator, () => new LeakyIntegrator(integrator));
  }
  if (module instanceof LIF) {
    const { surrogate, detachReset } = module;
    if (leaky) return replaced(place, "new LIF", leaky, () => new LIF({ ...leaky, detachReset, surrogate }));
    return replaced(place, neuron.name, { ...neuron.values, ...neuron.further }, () =>
      neuron.make(surrogate),
    );
  }
  return filled(place);
}

/** A layer of the network, and the neuron of the file that it is to become. */
interface Placed {
  readonly neuron: FileNeuron;
  readonly path: string;
  readonly module: Module;
  readonly keep: boolean;
}

/** Another layer comes in its place, unless it is the same. */
function replaced(
  { neuron: { theirs }, path, module, keep }: Placed,
  name: string,
  numbers: object,
  make: () => Module,
): Change {
  const options = textOf(name, numbers);
  const isSame = hasNumbers(module, numbers);
  if (keep && !isSame) fail(`${options} at ${path}, as ${theirs} of the file`, describe(module));
  const apply: Change["apply"] = (container, member) => {
    if (!isSame) container.replaceChild(member, make());
  };
  return { shown: { theirs, ours: path, options }, apply };
}

/** It has the same equations, and gets the numbers. */
function filled({ neuron, path, module, keep }: Placed): Change {
  const { theirs, name, values, further } = neuron;
  const options = textOf(name, { ...values, ...further });
  const layer = equationsOf(module) === equationsOf(neuron.make(undefined)) ? asEquations(module) : undefined;
  if (!layer) {
    return fail(`a LIF at ${path}, for ${theirs} of the file`, module.label, `Or put ${options} there.`);
  }
  const setters = Object.entries(values).map(([member, value]) => {
    return setter(layer, { path: `${path}.${member}`, member, keep }, value);
  });
  return { shown: { theirs, ours: path, options }, apply: () => setters.forEach((set) => set()) };
}

/** Its parameters by name. */
type Parameters = Record<string, Tensor | NeuronNumber | undefined>;

function asEquations(module: Module): Parameters | undefined {
  return module instanceof EquationNeuron ? (module as unknown as Parameters) : undefined;
}

/** Gives a parameter of a layer of equations its number. */
function setter(
  layer: Parameters,
  { path, member, keep }: { readonly path: string; readonly member: string; readonly keep: boolean },
  value: NeuronNumber,
): () => void {
  const present = layer[member];
  if (present === undefined) {
    fail(`numbers at ${path}`, "a layer that waits for its first input", "Give it `features`.");
  }
  if (!(present instanceof Tensor)) {
    if (keep && !areClose(present, value)) fail(`${shown(value)} at ${path}, as in the file`, shown(present));
    return () => (layer[member] = value);
  }
  const numbers = new Float32Array(present.size).fill(typeof value === "number" ? value : 0);
  if (typeof value !== "number") {
    if (value.length !== present.size) fail(`${value.length} numbers at ${path}`, String(present.size));
    numbers.set(value);
  }
  return () => present.set(numbers);
}

/** Numbers of float32 that went through a text, or a reciprocal. */
const CLOSE = 1e-6;

function areClose(a: NeuronNumber, b: NeuronNumber): boolean {
  const [left, right] = [a, b].map((value) => (typeof value === "number" ? [value] : Array.from(value)));
  const isClose = (value: number, i: number) => Math.abs(value - right![i]!) <= CLOSE * Math.abs(value);
  return left!.length === right!.length && left!.every(isClose);
}

function hasNumbers(module: Module, options: object): boolean {
  return Object.entries(options).every(([name, value]) => {
    const present: unknown = (module as unknown as Readonly<Record<string, unknown>>)[name];
    return typeof value === "number"
      ? typeof present === "number" && areClose(present, value)
      : present === value;
  });
}

function describe(module: Module): string {
  if (!(module instanceof LIF)) return module.label;
  const { tau, decayInput, vThreshold, vReset } = module;
  return textOf("new LIF", { tau, decayInput, vThreshold, vReset });
}

function textOf(name: string, options: object): string {
  const parts = Object.entries(options).map(([option, value]) => `${option}: ${shown(value)}`);
  return `${name}({ ${parts.join(", ")} })`;
}

/** Numbers of a list that are shown. */
const SHOWN = 3;

function shown(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (!ArrayBuffer.isView(value) && !Array.isArray(value)) return JSON.stringify(value);
  const numbers = Array.from(value as ArrayLike<number>);
  const rest = numbers.length > SHOWN ? `, ... ${numbers.length} numbers` : "";
  return `[${numbers.slice(0, SHOWN).map(shown).join(", ")}${rest}]`;
}

function fail(expected: string, got: string, hint = "Build the network with the file's neurons."): never {
  throw new FormatError(`loadWeights: expected ${expected}, got ${got}. ${hint}`);
}
