import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Adaptive exponential integrate-and-fire neurons: the exponential neuron with a current that the potential and every
 * spike make grow.
 *
 *   1. g = exp((min(v[t-1], vCut) - vRheobase) / deltaT)
 *   2. h[t] = v[t-1] + (-v[t-1] + deltaT g - w[t-1] + x[t]) / tau          charge
 *   3. s[t] = 1 if h[t] >= vThreshold else 0                               fire
 *   4. v[t] = h[t] (1 - s[t])                                              reset
 *   5. w[t] = w[t-1] + (a h[t] - w[t-1]) / tauW + b s[t]                   adapt
 *
 * @source Brette & Gerstner, J. Neurophysiology 94, 2005; Gerstner et al., "Neuronal Dynamics", Cambridge 2014
 */
export const AdEx = zooNeuron(
  {
    name: "AdEx",
    state: { v: 0, w: 0 },
    parameters: {
      ...{ tau: 3, deltaT: 0.2, vRheobase: 0.9, vCut: 1.2, vThreshold: 1 },
      ...{ tauW: 12, a: 0.05, b: 0.2 },
    },
    equations: `
      g = exp((min(v, vCut) - vRheobase) / deltaT)
      h = v + (-v + deltaT * g - w + x) / tau
      s = spike(h - vThreshold)
      v = h * (1 - s)
      w = w + (a * h - w) / tauW + b * s
    `,
  },
  {
    title: "adaptive exponential integrate-and-fire",
    source: "Brette & Gerstner, J. Neurophysiology 94, 2005; Neuronal Dynamics, 2014",
    aliases: ["AdaptiveExponential"],
    current: 1.2,
  },
);
