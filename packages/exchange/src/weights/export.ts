import type { Module } from "@myelin/core";
import { checkOneOf, checkOptions } from "@myelin/core/checks";
import { decodeSafetensors, type TensorData } from "@myelin/core/io";
import { checkModule } from "@myelin/core/layers";
import { exportDense } from "@myelin/core/sparse";
import type { StateDict } from "../torch/index.ts";
import { FRAMEWORKS, type Framework } from "./frameworks.ts";
import { batchNorms, joinName, splitName, torchNamed } from "./names.ts";
import { checkRenames, renamed, type Renames } from "./rename.ts";
import { translated } from "./translate/index.ts";

/** Options of `exportStateDict`. */
export interface ExportStateDictOptions {
  /** The framework that is to load it; default "pytorch", where neurons are whatever the program makes them. */
  readonly to?: Framework;
  /** The names there by those here, of layers or of tensors, where they differ: `{ "0": "fc1" }`. */
  readonly rename?: Renames;
}

/** A layer of neurons, and how it is made elsewhere. */
export interface TheirNeuron {
  readonly ours: string;
  /** A call of Python such as `snntorch.Leaky(beta=0.9, ...)`. */
  readonly python: string;
}

/**
 * The tensors of a network as PyTorch names them, for `load_state_dict(strict=True)`: `running_mean`, `running_var` and
 * `num_batches_tracked` of batch normalisations, sparse weights with their zeros. With `to: "snntorch"` neurons have what
 * snnTorch's have there, `beta` and the rest. Write them with `encodeStateDict` or `encodeSafetensors`; `theirNeurons` says
 * how the neurons are made there.
 *
 * @throws UnsupportedError for neurons that the framework does not have
 * @example await writeFile("net.pt", encodeStateDict(await exportStateDict(network, { to: "snntorch" })));
 */
export async function exportStateDict(
  network: Module,
  options: ExportStateDictOptions = {},
): Promise<StateDict> {
  checkModule("exportStateDict", network);
  const { to = "pytorch", rename = {} } = checkOptions("exportStateDict", options, {
    to: true,
    rename: true,
  });
  checkOneOf("exportStateDict.to", to, FRAMEWORKS);
  checkRenames("exportStateDict.rename", rename);
  const neurons = await translated(network, to);
  const { tensors } = decodeSafetensors(await exportDense(network));
  const named = torchNamed(network)
    .filter(({ ours }) => !neurons.has(splitName(ours)[0]))
    .map(({ ours, torch }) => [torch, tensors.get(ours)!] as const);
  const theirs = [...neurons].flatMap(([path, { tensors }]) => {
    return [...tensors].map(([name, tensor]) => [joinName(path, name), tensor] as const);
  });
  const counters = batchNorms(network).map((path): readonly [string, TensorData] => [
    joinName(path, "num_batches_tracked"),
    { shape: [], data: BigInt64Array.of(0n) },
  ]);
  return renamed("exportStateDict.rename", new Map([...named, ...theirs, ...counters]), rename, "network");
}

/**
 * How the layers of neurons of a network are made in another framework, in Python: what `loadWeights` reads, back again.
 * What of their numbers is in a state_dict there comes with `exportStateDict`.
 *
 * @returns none for "pytorch", which has no neurons
 * @throws UnsupportedError for neurons that the framework does not have
 * @example for (const { ours, python } of await theirNeurons(network, "norse")) console.log(`${ours}: ${python}`);
 */
export async function theirNeurons(network: Module, to: Framework): Promise<readonly TheirNeuron[]> {
  checkModule("theirNeurons", network);
  checkOneOf("theirNeurons.to", to, FRAMEWORKS);
  return [...(await translated(network, to))].map(([ours, { python }]) => ({ ours, python }));
}
