import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Quadratic integrate-and-fire neurons: below `vCritical` the potential decays to 0, above it runs away.
 *
 *   1. h[t] = v[t-1] + (a0 v[t-1] (v[t-1] - vCritical) + x[t]) / tau       charge
 *   2. s[t] = 1 if h[t] >= vThreshold else 0                               fire
 *   3. v[t] = h[t] (1 - s[t]) + vReset s[t]                                reset
 *
 * @source Gerstner et al., "Neuronal Dynamics", Cambridge 2014; Latham et al., J. Neurophysiology 83, 2000
 */
export const QIF = zooNeuron(
  {
    name: "QIF",
    state: { v: 0 },
    parameters: { a0: 1, tau: 2, vCritical: 0.7, vThreshold: 1, vReset: -0.1 },
    equations: `
      h = v + (a0 * v * (v - vCritical) + x) / tau
      s = spike(h - vThreshold)
      v = h * (1 - s) + vReset * s
    `,
  },
  {
    title: "quadratic integrate-and-fire",
    source: "Neuronal Dynamics, 2014",
    aliases: ["QuadraticIF"],
    current: 0.2,
  },
);
