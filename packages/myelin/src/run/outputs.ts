import { noGrad, setLengths, tensor, type Batch, type Tensor } from "@myelin/core";
import { currentEngine } from "@myelin/core/ops";
import type { Model } from "../model/index.ts";

/**
 * What the network says of a batch, [T, B, K], without a tape; inside the engine's step.
 *
 * @param key seeds a random encoder
 */
export function outputsOf({ network, encode }: Model, batch: Batch, key: number): Tensor {
  const given = tensor(batch.inputs, batch.shape);
  const inputs = encode?.(given, key) ?? given;
  setLengths(inputs, batch.lengths);
  return noGrad(currentEngine(), () => network.forward(inputs));
}
