import { FormatError, LIF, SpikingNeuron, type Module, type TensorData } from "@myelin/core";
import type { StateDict } from "../torch/index.ts";
import { splitName } from "./names.ts";

/** The numbers of one neuron layer of snnTorch, as its state_dict has them. */
interface TheirNeuron {
  readonly path: string;
  readonly values: ReadonlyMap<string, TensorData>;
}

/** A neuron of snnTorch and the one it became. */
export interface ConvertedNeuron {
  readonly theirs: string;
  readonly ours: string;
  /** The options that are equal to theirs. */
  readonly options: string;
}

/** Names that snnTorch's `Leaky` and `Synaptic` have in a state_dict. */
const NAMES: ReadonlySet<string> = new Set([
  "alpha",
  "beta",
  "threshold",
  "graded_spikes_factor",
  "reset_mechanism_val",
]);

const RESETS = ["subtract", "zero", "none"];

/** Takes the numbers of snnTorch's neurons out of a state_dict. */
export function splitNeurons(tensors: StateDict): {
  readonly neurons: readonly TheirNeuron[];
  readonly rest: StateDict;
} {
  const paths = [...tensors.keys()].map(splitName).filter(([, name]) => name === "reset_mechanism_val");
  const neurons = new Map(paths.map(([path]) => [path, new Map<string, TensorData>()]));
  const rest = new Map<string, TensorData>();
  for (const [name, value] of tensors) {
    const [path, member] = splitName(name);
    const neuron = neurons.get(path);
    if (neuron && NAMES.has(member)) neuron.set(member, value);
    else rest.set(name, value);
  }
  return { neurons: [...neurons].map(([path, values]) => ({ path, values })), rest };
}

/**
 * Finds what the network's neurons, in their order, have to become to compute what snnTorch's `Leaky` with
 * reset_mechanism "zero" does: LIF({ tau: 1 / (1 - beta), decayInput: false, vThreshold: threshold }). snnTorch fires
 * above the threshold, this library at it.
 *
 * @returns what went where, and a function that puts the neurons into the network
 * @throws FormatError for neurons that cannot be converted
 */
export function convertNeurons(
  theirs: readonly TheirNeuron[],
  network: Module,
): { readonly neurons: readonly ConvertedNeuron[]; readonly replace: () => void } {
  const modules = network.namedModules();
  const ours = modules.filter(([, module]) => module instanceof SpikingNeuron);
  if (theirs.length !== ours.length) {
    fail(`${theirs.length} layers of neurons, as in the file`, `${ours.length} in the network`);
  }
  const found = theirs.map((neuron, i) => {
    const [path, module] = ours[i]!;
    if (!(module instanceof LIF)) fail(`a LIF at ${path}, for ${neuron.path} of the file`, module.label);
    const options = convert(neuron);
    return { path, module, options, shown: { theirs: neuron.path, ours: path, options: textOf(options) } };
  });
  const replace = (): void => {
    for (const { path, module, options } of found) {
      const { detachReset, surrogate } = module;
      const [parent, name] = splitName(path);
      const container = modules.find(([other]) => other === parent)![1];
      container.replaceChild(name, new LIF({ ...options, detachReset, surrogate }));
    }
  };
  return { neurons: found.map(({ shown }) => shown), replace };
}

/** The options of LIF that a file decides. */
interface LifOptions {
  readonly tau: number;
  readonly decayInput: boolean;
  readonly vThreshold: number;
  readonly vReset: number;
}

function convert({ path, values }: TheirNeuron): LifOptions {
  const number = (name: string): number => {
    const value = values.get(name);
    if (value?.data.length === 1) return Number(value.data[0]);
    return fail(`one number for ${path}.${name}`, value ? `${value.data.length}` : "none", PER_NEURON);
  };
  if (values.has("alpha")) fail(`a Leaky at ${path}`, "a Synaptic", SYNAPTIC);
  const reset = number("reset_mechanism_val");
  if (reset !== 1) fail(`reset_mechanism "zero" of ${path}`, `"${RESETS[reset] ?? reset}"`, DELAYED);
  const factor = number("graded_spikes_factor");
  if (factor !== 1) fail(`a graded_spikes_factor of 1 of ${path}`, String(factor));
  const beta = Math.min(Math.max(number("beta"), 0), 1);
  return { tau: 1 / (1 - beta), decayInput: false, vThreshold: number("threshold"), vReset: 0 };
}

const PER_NEURON = "Numbers of each neuron are not converted yet.";
const SYNAPTIC = "It drops the input of the step after a spike, which no neuron here does.";
const DELAYED =
  'snnTorch subtracts the threshold a step after the spike, which the neurons here do not: train with "zero".';

function textOf(options: LifOptions): string {
  const parts = Object.entries(options).map(([name, value]) => {
    return `${name}: ${typeof value === "number" ? Number(value.toPrecision(6)) : String(value)}`;
  });
  return `new LIF({ ${parts.join(", ")} })`;
}

function fail(expected: string, got: string, hint = "Build the network with the file's neurons."): never {
  throw new FormatError(`loadWeights: expected ${expected}, got ${got}. ${hint}`);
}
