import { refuse } from "../checks.ts";
import { deriveLines } from "../equations/index.ts";
import { Module } from "../nn/index.ts";
import type { DescribedNeuron } from "./description.ts";

/**
 * What a layer of equations computes, forward and backward, as text for people: its lines, and for each the rules that
 * reverse mode makes of it. `v[t]` is a state after the step and `v[t-1]` before it, `dv[t]` the gradient of the loss by
 * it, `g'` the surrogate; gradients add up.
 *
 * @throws MyelinError for what is no neuron of equations
 */
export function derivationOf(layer: DescribedNeuron): string {
  if (!(layer instanceof Module) || !("description" in layer)) {
    refuse("derivationOf.layer", "a neuron of equations", layer, "Such as new LIF().");
  }
  const lines = deriveLines(layer.description);
  return [
    "forward, at every step t",
    ...lines.map(({ line }) => `  ${line}`),
    "backward, from the last step to the first",
    ...lines
      .toReversed()
      .flatMap(({ line, gradients }) => [`  of ${line}`, ...gradients.map((rule) => `    ${rule}`)]),
  ].join("\n");
}
