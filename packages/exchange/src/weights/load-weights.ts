import { FormatError, type Module } from "@myelin/core";
import { checkBoolean, checkOneOf, checkOptions, refuse } from "@myelin/core/checks";
import type { TensorData } from "@myelin/core/io";
import { checkModule } from "@myelin/core/layers";
import type { NorseLIFOptions } from "../neurons/index.ts";
import { readStateDict, type StateDict } from "../torch/index.ts";
import { FRAMEWORKS, type Framework } from "./frameworks.ts";
import { matchTensors, type Match } from "./match.ts";
import { splitName, torchNamed, type NamedTensor } from "./names.ts";
import { checkRenames, renamed, type Renames } from "./rename.ts";
import { convertNeurons, type ConvertedNeuron, type FileNeuron } from "./convert-neurons.ts";
import { norseNeurons } from "./norse.ts";
import { splitNeurons } from "./snntorch.ts";

/** Options of `loadWeights`. */
export interface LoadWeightsOptions {
  /** The framework that the network was trained with. */
  readonly from: Framework;
  /** Name of the file in messages. */
  readonly name?: string;
  /** Which dictionary of several in a checkpoint, such as "net". */
  readonly key?: string;
  /** The network's names by those of the file, of layers or of tensors, where they differ: `{ fc1: "0" }`. */
  readonly rename?: Renames;
  /** Leaves tensors of the network as they are that the file has not; default false. */
  readonly allowMissing?: boolean;
  /** Passes over tensors of the file that the network has not; default false. */
  readonly allowUnused?: boolean;
  /** Whether snnTorch's neurons reset a step after the spike, which its files do not say; default true, as there. */
  readonly resetDelay?: boolean;
  /** The numbers of Norse's LIFs, which its files do not hold: for all layers, or for each. */
  readonly neurons?: NorseLIFOptions | readonly NorseLIFOptions[];
  /** Replaces no neurons of the network: those that differ from the file's are an error; default false. */
  readonly keepNeurons?: boolean;
}

/** What went where. */
export interface LoadedWeights {
  readonly tensors: readonly Match[];
  readonly neurons: readonly ConvertedNeuron[];
  /** Tensors of the network that the file has not. */
  readonly missing: readonly string[];
  /** Tensors of the file that the network has not. */
  readonly unused: readonly string[];
  /** All of it as lines of text. */
  readonly text: string;
}

const KNOWN = {
  ...({ from: true, name: true, key: true, rename: true } as const),
  ...({ allowMissing: true, allowUnused: true } as const),
  ...({ resetDelay: true, neurons: true, keepNeurons: true } as const),
};

/** PyTorch counts batches there, which only matters for a momentum of None. */
const COUNTER = "num_batches_tracked";

/**
 * Puts the weights of a network that another framework has trained into a network built like it. Tensors are found by
 * name (PyTorch's `running_mean` is `runningMean` here) or, if no name is the same, layer by layer in order. PLIF's `w`
 * and KLIF's `k` of SpikingJelly are tensors like others. The neurons of snnTorch are in its files: each LIF of the network
 * is replaced by what computes the same, in order. That is LIF({ tau: 1 / (1 - beta), decayInput: false, vThreshold }) for a
 * `Leaky` with reset_mechanism "zero", `snnTorchLeaky` or `snnTorchSynaptic` for others. Norse's are not: `neurons` gives
 * their numbers, and each LIF becomes `norseLIF`. Nothing is changed unless all of it fits. Make optimisers afterwards.
 *
 * @param bytes of a .pt, .pth or .safetensors file
 * @returns what went where, to be shown
 * @throws FormatError if the file cannot be read, or does not fit the network
 * @example console.log((await loadWeights(net, await readFile("net.pt"), { from: "spikingjelly" })).text);
 */
export async function loadWeights(
  network: Module,
  bytes: Uint8Array,
  options: LoadWeightsOptions,
): Promise<LoadedWeights> {
  checkModule("loadWeights.network", network);
  const { name, key, rename = {} } = checkLoading(options);
  const read = await readStateDict(bytes, {
    ...(name !== undefined && { name }),
    ...(key !== undefined && { key }),
  });
  const { neurons, rest } = neuronsOf(read, network, options);
  const converted = neurons && convertNeurons(neurons, network, options.keepNeurons === true);
  const theirs = withoutCounters(renamed("loadWeights.rename", rest, rename, "file"));
  const ours = tensorsWithout(converted?.neurons ?? [], network);
  const matching = matchTensors(theirs, ours);
  const { missing, unused } = matching;
  if (options.allowMissing !== true) requireNone(missing, "that the file lacks", "allowMissing");
  if (options.allowUnused !== true) requireNone(unused, "that the network lacks", "allowUnused");
  const values = matching.matches.map((match) => float32Of(match.theirs, theirs.get(match.theirs)!));
  write(matching.matches, values, ours);
  converted?.apply();
  const loaded = { tensors: matching.matches, neurons: converted?.neurons ?? [], missing, unused };
  return { ...loaded, text: textOf(loaded) };
}

/** The neurons that the file or an option describes; undefined where neither does. */
function neuronsOf(
  read: StateDict,
  network: Module,
  { from, neurons, resetDelay = true }: LoadWeightsOptions,
): { readonly neurons: readonly FileNeuron[] | undefined; readonly rest: StateDict } {
  if (from === "snntorch") return splitNeurons(read, resetDelay);
  return { neurons: neurons && norseNeurons(neurons, network), rest: read };
}

/** The tensors of a network but for those of neurons whose numbers come another way. */
function tensorsWithout(neurons: readonly ConvertedNeuron[], network: Module): NamedTensor[] {
  const paths = new Set(neurons.map(({ ours }) => ours));
  return torchNamed(network).filter(({ ours }) => !paths.has(splitName(ours)[0]));
}

function checkLoading(options: LoadWeightsOptions): LoadWeightsOptions {
  checkOptions("loadWeights", options, KNOWN, '{ from: "pytorch" }');
  checkOneOf("loadWeights.from", options.from, FRAMEWORKS);
  checkBoolean("loadWeights.allowMissing", options.allowMissing ?? false);
  checkBoolean("loadWeights.allowUnused", options.allowUnused ?? false);
  checkBoolean("loadWeights.resetDelay", options.resetDelay ?? true);
  checkBoolean("loadWeights.keepNeurons", options.keepNeurons ?? false);
  const { rename = {}, from, neurons } = options;
  if (from !== "snntorch" && options.resetDelay !== undefined) {
    refuse("loadWeights.resetDelay", "nothing, as only snnTorch has it", options.resetDelay);
  }
  if (from !== "norse" && neurons !== undefined) {
    refuse("loadWeights.neurons", "nothing, as only Norse's files lack them", neurons);
  }
  checkRenames("loadWeights.rename", rename);
  return options;
}

function withoutCounters(tensors: StateDict): StateDict {
  return new Map([...tensors].filter(([name]) => name !== COUNTER && !name.endsWith(`.${COUNTER}`)));
}

function requireNone(names: readonly string[], what: string, option: string): void {
  if (names.length === 0) return;
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? ` and ${names.length - 8} more` : "");
  throw new FormatError(
    `loadWeights: expected no tensors ${what}, got ${shown}. Set ${option} to go on all the same, or rename.`,
  );
}

function float32Of(name: string, { data }: TensorData): Float32Array {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new FormatError(`loadWeights: expected floating-point numbers in ${name}, got integers.`);
  }
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return values;
  throw new FormatError(
    `loadWeights: expected finite values, got ${values[bad]} in ${name} at index ${bad}. Its training went wrong.`,
  );
}

function write(
  matches: readonly Match[],
  values: readonly Float32Array[],
  ours: readonly NamedTensor[],
): void {
  const tensors = new Map(ours.map((one) => [one.ours, one.tensor]));
  for (const [i, match] of matches.entries()) tensors.get(match.ours)!.set(values[i]!);
}

function textOf({ tensors, neurons, missing, unused }: Omit<LoadedWeights, "text">): string {
  const width = Math.max(0, ...tensors.map(({ theirs }) => theirs.length));
  return [
    ...tensors.map(({ theirs, ours, shape }) => `${theirs.padEnd(width)} -> ${ours} [${shape.join(", ")}]`),
    ...neurons.map(({ theirs, ours, options }) => `${theirs.padEnd(width)} -> ${ours}: ${options}`),
    ...missing.map((name) => `${name} is not in the file`),
    ...unused.map((name) => `${name} of the file is not used`),
  ].join("\n");
}
