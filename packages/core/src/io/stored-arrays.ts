import type { Tensor } from "../engine/index.ts";
import { FormatError } from "../errors.ts";
import type { Module, StoredArray } from "../nn/index.ts";
import type { TensorData } from "./safetensors.ts";

type Found = ReadonlyMap<string, TensorData>;

/** The integers of a network that go into a file beside its tensors. */
export function arraysOf(network: Module): [string, TensorData][] {
  return network.namedArrays().map(([name, array]) => {
    const data = array.read();
    return [name, { shape: [data.length], data }];
  });
}

/**
 * Checks that the structure in a file fits the network.
 *
 * @param tensors the network's parameters and buffers
 * @throws FormatError naming the first layer that does not fit, and what would
 */
export function checkArrays(network: Module, tensors: readonly [string, Tensor][], found: Found): void {
  const arrays = network.namedArrays();
  for (const [name, array] of arrays) {
    const fault = faultOf(array, found.get(name));
    if (fault) refuse(name, fault, "Build the network with the density and structure it was saved with.");
  }
  const names = new Set(arrays.map(([name]) => name));
  const sizes = new Map(tensors.map(([name, { size }]) => [name, size]));
  for (const [name, { data }] of found) {
    if (!(data instanceof Int32Array) || names.has(name)) continue;
    const size = sizes.get([...layerOf(name), "weight"].join("."));
    const density = size && Number((data.length / size).toPrecision(3));
    const hint = density
      ? `Call sparsify with a density of ${density} for it first.`
      : "Is it another network?";
    refuse(name, `${data.length} connections, but it is dense here`, hint);
  }
}

/** Gives a network the structure in a file that `checkArrays` has accepted. */
export function writeArrays(network: Module, found: Found): void {
  for (const [name, array] of network.namedArrays()) array.write(found.get(name)?.data as Int32Array);
}

function faultOf(array: StoredArray, found: TensorData | undefined): string | undefined {
  if (!found) return "a dense weight, but it is sparse here";
  return found.data instanceof Int32Array ? array.fault(found.data) : "places that are not I32";
}

function refuse(name: string, got: string, hint: string): never {
  const layer = layerOf(name).join(".") || "the network";
  throw new FormatError(
    `checkpoint: expected the structure of this network, got for layer "${layer}" ${got}. ${hint}`,
  );
}

/** The path of the layer that an array of this name belongs to. */
function layerOf(name: string): string[] {
  return name.split(".").slice(0, -1);
}
