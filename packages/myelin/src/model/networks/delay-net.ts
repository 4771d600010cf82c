import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { drop, flatten, linear, neuron, norm } from "./parts.ts";

type DelayNet = Extract<NetworkRecipe, { type: "delay-net" }>;

/**
 * {delays, batch normalisation, neuron, dropout} a hidden layer, then delays into a leaky integrator with the neurons'
 * time constant: their potential if they never fired. No bias anywhere. Plain connections draw their first weights as
 * those with delays do.
 *
 * @source Hammouamri et al., ICLR 2024
 */
export function delayNet(network: DelayNet, classes: number): LayerRecipe[] {
  const { hidden, dropout, neuron: shared } = network;
  const leak = "tau" in shared ? { tau: shared.tau, decayInput: shared.decayInput } : undefined;
  return [
    flatten,
    ...hidden.flatMap((width) => [connections(network, width), norm, neuron, ...drop(dropout)]),
    connections(network, classes),
    { leakyIntegrator: leak ?? { tau: 1e9, decayInput: false } },
  ];
}

function connections(
  { per, maxDelay, version, kernelCount, learn }: DelayNet,
  outFeatures: number,
): LayerRecipe {
  if (per === "none") return linear(outFeatures, false, "kaiming");
  return {
    delayLinear: { outFeatures, maxDelay, version, kernelCount, learn, per, keepLength: false },
  };
}
