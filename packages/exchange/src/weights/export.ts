import { checkModule, decodeSafetensors, exportDense, type Module, type TensorData } from "@myelin/core";
import type { StateDict } from "../torch/index.ts";
import { batchNorms, joinName, torchNamed } from "./names.ts";

/**
 * The tensors of a network as PyTorch names them, for `load_state_dict(strict=True)`: `running_mean`, `running_var` and
 * `num_batches_tracked` of batch normalisations, sparse weights with their zeros. Write them with `encodeStateDict` or
 * `encodeSafetensors`.
 */
export async function exportStateDict(network: Module): Promise<StateDict> {
  checkModule("exportStateDict", network);
  const { tensors } = decodeSafetensors(await exportDense(network));
  const named = torchNamed(network).map(({ ours, torch }) => [torch, tensors.get(ours)!] as const);
  const counters = batchNorms(network).map((path): readonly [string, TensorData] => [
    joinName(path, "num_batches_tracked"),
    { shape: [], data: BigInt64Array.of(0n) },
  ]);
  return new Map([...named, ...counters]);
}
