import { zooNeuron } from "./zoo-neuron.ts";

/**
 * LIF neurons that rest after a spike: for `refractory` steps they take no input and cannot fire.
 *
 *   1. h[t] = v[t-1] + (x[t] - v[t-1]) / tau if r[t-1] = 0 else 0          charge
 *   2. s[t] = 1 if h[t] >= vThreshold else 0                               fire
 *   3. v[t] = h[t] (1 - s[t])                                              hard reset
 *   4. r[t] = refractory if s[t] = 1 else max(r[t-1] - 1, 0)               steps still to rest
 *
 * `refractory` is a number of steps, and is not trained: it only decides.
 *
 * @source Gerstner et al., "Neuronal Dynamics", Cambridge 2014, section 1.3, with an absolute refractory period
 */
export const RefractoryLIF = zooNeuron(
  {
    name: "RefractoryLIF",
    state: { v: 0, r: 0 },
    parameters: { tau: 2, refractory: 2, vThreshold: 1 },
    equations: `
      h = where(r > 0.5, 0, v + (x - v) / tau)
      s = spike(h - vThreshold)
      v = h * (1 - s)
      r = where(s > 0.5, refractory, where(r > 0.5, r - 1, 0))
    `,
  },
  {
    title: "LIF with a refractory period",
    source: "Neuronal Dynamics, 2014, section 1.3",
    aliases: ["LIFRefrac"],
    current: 1.5,
  },
);
