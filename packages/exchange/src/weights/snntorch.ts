import { FormatError } from "@myelin/core";
import type { TensorData } from "@myelin/core/io";
import {
  SNNTORCH_RESETS,
  snnTorchLeaky,
  snnTorchSynaptic,
  type NeuronNumber,
  type SnnTorchReset,
} from "../neurons/index.ts";
import type { StateDict } from "../torch/index.ts";
import type { FileNeuron } from "./convert-neurons.ts";
import { splitName } from "./names.ts";

/** Names that snnTorch's neurons have in a state_dict, and those of the numbers here. */
export const NUMBERS = {
  alpha: "alpha",
  beta: "beta",
  threshold: "threshold",
  graded_spikes_factor: "gradedSpikesFactor",
} as const;

/** Every neuron of snnTorch has this in a state_dict: the number of its reset. */
export const RESET = "reset_mechanism_val";

/** Takes snnTorch's neurons out of a state_dict. */
export function splitNeurons(
  tensors: StateDict,
  resetDelay: boolean,
): { readonly neurons: readonly FileNeuron[]; readonly rest: StateDict } {
  const paths = [...tensors.keys()].map(splitName).filter(([, name]) => name === RESET);
  const found = new Map(paths.map(([path]) => [path, new Map<string, TensorData>()]));
  const rest = new Map<string, TensorData>();
  for (const [name, value] of tensors) {
    const [path, member] = splitName(name);
    const neuron = found.get(path);
    if (neuron && (member === RESET || Object.hasOwn(NUMBERS, member))) neuron.set(member, value);
    else rest.set(name, value);
  }
  return { neurons: [...found].map(([path, values]) => fileNeuron(path, values, resetDelay)), rest };
}

function fileNeuron(
  theirs: string,
  tensors: ReadonlyMap<string, TensorData>,
  resetDelay: boolean,
): FileNeuron {
  const resetMechanism = resetOf(theirs, tensors.get(RESET)!);
  const values: Record<string, NeuronNumber> = {};
  for (const [member, name] of Object.entries(NUMBERS)) {
    const tensor = tensors.get(member);
    if (tensor) values[name] = numbersOf(`${theirs}.${member}`, tensor);
  }
  const { beta, alpha } = values;
  if (beta === undefined) throw fault(`the numbers of a Leaky or a Synaptic at ${theirs}`, "no beta");
  const reset = { resetMechanism, ...(resetMechanism !== "none" && { resetDelay }) };
  const make: FileNeuron["make"] = (surrogate) =>
    alpha === undefined
      ? snnTorchLeaky({ ...values, beta, ...reset, surrogate })
      : snnTorchSynaptic({ ...values, alpha, beta, ...reset, surrogate });
  const name = alpha === undefined ? "snnTorchLeaky" : "snnTorchSynaptic";
  return { theirs, name, values, further: reset, make, ...simpler(values, reset) };
}

/** The neurons with kernels of their own that compute the same, where there are any. */
function simpler(
  { alpha, beta, threshold, gradedSpikesFactor }: Readonly<Record<string, NeuronNumber>>,
  { resetMechanism, resetDelay }: { readonly resetMechanism: SnnTorchReset; readonly resetDelay?: boolean },
): Pick<FileNeuron, "leaky" | "integrator"> {
  const isPlain = alpha === undefined && typeof beta === "number" && gradedSpikesFactor === 1;
  if (!isPlain || beta >= 1) return {};
  const charge = { tau: 1 / (1 - Math.max(beta, 0)), decayInput: false };
  // A beta next to 0 would come back as another.
  if (Math.fround(1 - 1 / charge.tau) !== beta) return {};
  if (resetMechanism === "none") return { integrator: charge };
  // What is left of the potential after "subtract" may exceed the threshold, which resets it once more.
  const isLif = resetMechanism === "zero" && resetDelay === true;
  const fires = typeof threshold === "number" && threshold > 0;
  return isLif && fires ? { leaky: { ...charge, vThreshold: threshold, vReset: 0 } } : {};
}

function resetOf(path: string, tensor: TensorData): SnnTorchReset {
  const number = Number(tensor.data[0]);
  const reset = tensor.data.length === 1 ? SNNTORCH_RESETS[number] : undefined;
  if (reset !== undefined) return reset;
  throw fault(`0, 1 or 2 for ${path}.${RESET}`, tensor.data.length === 1 ? String(number) : "other numbers");
}

/** A number, or one per channel: what broadcasts over all axes after the first one. */
function numbersOf(name: string, { shape, data }: TensorData): NeuronNumber {
  const numbers = Float64Array.from(data, Number);
  if (numbers.length === 0 || numbers.some((value) => !Number.isFinite(value))) {
    throw fault(`finite numbers in ${name}`, numbers.length === 0 ? "none" : "others");
  }
  if (numbers.length === 1) return numbers[0]!;
  if (shape.filter((n) => n !== 1).length === 1) return numbers;
  throw fault(`one number, or one per channel, for ${name}`, `the shape [${shape.join(", ")}]`);
}

function fault(expected: string, got: string): FormatError {
  return new FormatError(`loadWeights: expected ${expected}, got ${got}. Is it a network of snnTorch?`);
}
