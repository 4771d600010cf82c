import { zooNeuron } from "./zoo-neuron.ts";

/**
 * LIF neurons with a synaptic current that decays on its own, `Synaptic` of snnTorch. A spike at one step resets the
 * potential at the next.
 *
 *   1. i[t] = alpha i[t-1] + x[t]                                          synapse
 *   2. v[t] = beta v[t-1] (1 - s[t-1]) + (1 - beta) i[t]                   charge, after the reset
 *   3. s[t] = 1 if v[t] >= vThreshold else 0                               fire
 *
 * `alpha` and `beta` are what is left of current and potential after one step, exp(-1 / tau). The reset passes no
 * gradient.
 *
 * @source Gerstner, Kistler, Naud & Paninski, "Neuronal Dynamics", Cambridge 2014, section 1.3, with exponential
 * synapses; Eshraghian et al., "Training Spiking Neural Networks Using Lessons From Deep Learning", Proc. IEEE 2023
 */
export const CubaLIF = zooNeuron(
  {
    name: "CubaLIF",
    state: { i: 0, v: 0, s: 0 },
    parameters: { alpha: 0.8, beta: 0.9, vThreshold: 1 },
    equations: `
      i = alpha * i + x
      v = beta * v * (1 - detach(s)) + (1 - beta) * i
      s = spike(v - vThreshold)
    `,
  },
  {
    title: "LIF with a synaptic current (Synaptic)",
    source: "Eshraghian et al., Proc. IEEE 2023; Neuronal Dynamics, section 1.3",
    aliases: ["Synaptic", "CUBA-LIF"],
    current: 0.4,
  },
);
