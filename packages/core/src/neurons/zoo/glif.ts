import { learnable } from "../learnable.ts";
import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Gated LIF neurons: three gates between 0 and 1 mix two ways each of leaking, of charging and of resetting. With
 * g = sigmoid of the parameter of the same name:
 *
 *   1. leak   = (1 - gateLeak (1 - keep)) v[t-1] (1 - gateReset s[t-1]) - (1 - gateLeak) drop
 *   2. charge = (1 - gateInput (1 - conductance)) x[t]
 *   3. v[t]   = leak + charge - (1 - gateReset) subtract s[t-1]
 *   4. s[t]   = 1 if v[t] >= vThreshold else 0
 *
 * `gateLeak` chooses exponential (1) or linear (0) decay, `gateInput` whether the input is scaled by `conductance`,
 * `gateReset` a hard (1) or a soft reset (0). All but the threshold are logits, so that training keeps them between 0
 * and 1; they learn per layer unless told otherwise. `conductance` is the same for all steps here.
 *
 * @source Yao, Li, Mo & Cheng, "GLIF: A Unified Gated Leaky Integrate-and-Fire Neuron for Spiking Neural Networks",
 * NeurIPS 2022, arXiv 2210.13768
 */
export const GLIF = zooNeuron(
  {
    name: "GLIF",
    state: { v: 0, s: 0 },
    parameters: {
      ...{ gateLeak: learnable(0.4), gateInput: learnable(1.4), gateReset: learnable(0.4) },
      ...{ keep: learnable(-1.1), drop: learnable(-3), conductance: learnable(0), subtract: learnable(0) },
      vThreshold: 1,
    },
    equations: `
      l = sigmoid(gateLeak)
      r = sigmoid(gateReset)
      leak = (1 - l * (1 - sigmoid(keep))) * v * (1 - r * s) - (1 - l) * sigmoid(drop)
      charge = (1 - sigmoid(gateInput) * (1 - sigmoid(conductance))) * x
      v = leak + charge - (1 - r) * sigmoid(subtract) * s
      s = spike(v - vThreshold)
    `,
  },
  {
    title: "gated LIF",
    source: "Yao et al., NeurIPS 2022, arXiv 2210.13768",
    aliases: ["GatedLIF"],
    current: 1.2,
  },
);
