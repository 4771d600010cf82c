import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Complementary LIF neurons: a second potential remembers spikes for as long as the membrane is high, deepens the
 * reset, and lets gradients pass where the membrane has forgotten.
 *
 *   1. h[t] = v[t-1] (1 - 1 / tau) + x[t]                                  charge
 *   2. s[t] = 1 if h[t] >= vThreshold else 0                               fire
 *   3. m[t] = m[t-1] sigmoid(h[t] / tau) + s[t]                            complementary potential
 *   4. v[t] = h[t] - s[t] (vThreshold + sigmoid(m[t]))                     reset
 *
 * @source Huang et al., "CLIF: Complementary Leaky Integrate-and-Fire Neuron for Spiking Neural Networks", ICML 2024,
 * arXiv 2402.04663
 */
export const CLIF = zooNeuron(
  {
    name: "CLIF",
    state: { v: 0, m: 0 },
    parameters: { tau: 2, vThreshold: 1 },
    equations: `
      h = v * (1 - 1 / tau) + x
      s = spike(h - vThreshold)
      m = m * sigmoid(h / tau) + s
      v = h - s * (vThreshold + sigmoid(m))
    `,
  },
  {
    title: "complementary LIF",
    source: "Huang et al., ICML 2024, arXiv 2402.04663",
    aliases: ["ComplementaryLIF"],
    current: 0.8,
  },
);
