import { NEURON_DEFAULTS } from "@myelin/core/defaults";
import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { drop, flatten, linear, neuron, norm, voting } from "./parts.ts";

/** flatten, {linear, neuron, dropout} a hidden layer, linear, readout, vote. */
export function mlp(network: Extract<NetworkRecipe, { type: "mlp" }>, classes: number): LayerRecipe[] {
  const { hidden, dropout, vote, batchNorm, output } = network;
  const readout: Record<typeof output, LayerRecipe[]> = {
    spikes: [neuron],
    potential: [{ leakyIntegrator: NEURON_DEFAULTS.LeakyIntegrator }],
    current: [],
  };
  return [
    flatten,
    ...hidden.flatMap((width) => [linear(width), ...(batchNorm ? [norm] : []), neuron, ...drop(dropout)]),
    linear(classes * vote),
    ...readout[output],
    ...voting(vote),
  ];
}
