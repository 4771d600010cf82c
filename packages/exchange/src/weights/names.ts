import { BatchNorm, type Module, type Tensor } from "@myelin/core";

/** Names that differ between this library and PyTorch, by the class they belong to. */
const TORCH_NAMES: Readonly<Record<string, string>> = {
  runningMean: "running_mean",
  runningVar: "running_var",
};

/** A tensor of a network under the name that PyTorch gives it. */
export interface NamedTensor {
  readonly ours: string;
  readonly torch: string;
  readonly tensor: Tensor;
}

/** Parameters and buffers of a network with PyTorch's names. */
export function torchNamed(network: Module): NamedTensor[] {
  const norms = new Set(batchNorms(network));
  return [...network.namedParameters(), ...network.namedBuffers()].map(([ours, tensor]) => {
    const [layer, name] = splitName(ours);
    const known = norms.has(layer) ? (TORCH_NAMES[name] ?? name) : name;
    return { ours, torch: joinName(layer, known), tensor };
  });
}

/** Paths of the batch normalisations of a network. */
export function batchNorms(network: Module): string[] {
  const modules = network.namedModules().filter(([, module]) => module instanceof BatchNorm);
  return modules.map(([path]) => path);
}

/** The path of a layer and the name of its tensor. */
export function splitName(name: string): readonly [layer: string, tensor: string] {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
}

/** The other way round. */
export function joinName(layer: string, tensor: string): string {
  return layer === "" ? tensor : `${layer}.${tensor}`;
}
