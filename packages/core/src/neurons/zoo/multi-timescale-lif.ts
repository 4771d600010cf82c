import { zooNeuron } from "./zoo-neuron.ts";

/**
 * LIF neurons with two currents that spikes leave behind, a fast and a slow one: both hold back the potential.
 *
 *   1. h[t] = v[t-1] + (x[t] - w1[t-1] - w2[t-1] - v[t-1]) / tau           charge
 *   2. s[t] = 1 if h[t] >= vThreshold else 0                               fire
 *   3. v[t] = h[t] (1 - s[t])                                              hard reset
 *   4. wk[t] = rhok wk[t-1] + bk s[t],   k = 1, 2                          adapt
 *
 * `rho1` and `rho2` are what is left of the currents after one step, exp(-1 / tau).
 *
 * @source Gerstner et al., "Neuronal Dynamics", Cambridge 2014, with two adaptation variables and
 * a = 0; time scales as in Kobayashi, Tsubo & Shinomoto, Frontiers in Computational Neuroscience 3, 2009
 */
export const MultiTimescaleLIF = zooNeuron(
  {
    name: "MultiTimescaleLIF",
    state: { v: 0, w1: 0, w2: 0 },
    parameters: { tau: 2, rho1: 0.9, b1: 0.2, rho2: 0.995, b2: 0.05, vThreshold: 1 },
    equations: `
      h = v + (x - w1 - w2 - v) / tau
      s = spike(h - vThreshold)
      v = h * (1 - s)
      w1 = rho1 * w1 + b1 * s
      w2 = rho2 * w2 + b2 * s
    `,
  },
  {
    title: "LIF with two adaptation currents",
    source: "Neuronal Dynamics, 2014",
    aliases: ["MultiTimescaleAdaptation", "MAT"],
    current: 2.5,
  },
);
