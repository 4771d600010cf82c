import { learnable } from "../learnable.ts";
import { zooNeuron } from "./zoo-neuron.ts";

/**
 * LIF neurons of two compartments: a dendrite that takes the input and a soma that fires, coupled both ways, which
 * carries gradients over long times.
 *
 *   1. d[t] = d[t-1] - sigmoid(c1) v[t-1] + x[t] - gamma s[t-1]            dendrite
 *   2. v[t] = v[t-1] + sigmoid(c2) d[t] - vThreshold s[t-1]                soma
 *   3. s[t] = 1 if v[t] >= vThreshold else 0                               fire
 *
 * `c1` and `c2` learn, per layer unless told otherwise; the paper's beta1 and beta2 are -sigmoid(c1) and sigmoid(c2).
 *
 * @source Zhang, Yang, Ma, Wu, Li & Tan, "TC-LIF: A Two-Compartment Spiking Neuron Model for Long-Term Sequential
 * Modelling", AAAI 2024, arXiv 2308.13250
 */
export const TCLIF = zooNeuron(
  {
    name: "TCLIF",
    state: { d: 0, v: 0, s: 0 },
    parameters: { c1: learnable(0), c2: learnable(0), gamma: 0.5, vThreshold: 1 },
    equations: `
      d = d - sigmoid(c1) * v + x - gamma * s
      v = v + sigmoid(c2) * d - vThreshold * s
      s = spike(v - vThreshold)
    `,
  },
  {
    title: "LIF of two compartments",
    source: "Zhang et al., AAAI 2024, arXiv 2308.13250",
    aliases: ["TC-LIF", "TwoCompartmentLIF"],
    current: 0.8,
  },
);
