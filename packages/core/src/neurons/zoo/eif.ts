import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Exponential integrate-and-fire neurons: near `vRheobase` the potential takes off by itself, the sharper the smaller
 * `deltaT`.
 *
 *   1. h[t] = v + (-v + deltaT exp((min(v, vCut) - vRheobase) / deltaT) + x[t]) / tau,   v = v[t-1]   charge
 *   2. s[t] = 1 if h[t] >= vThreshold else 0                                                          fire
 *   3. v[t] = h[t] (1 - s[t])                                                                         reset
 *
 * `vCut` bounds the exponential. The reset passes no gradient.
 *
 * @source Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel, J. Neuroscience 23, 2003; Gerstner et al., "Neuronal
 * Dynamics", Cambridge 2014
 */
export const EIF = zooNeuron(
  {
    name: "EIF",
    state: { v: 0 },
    parameters: { tau: 3, deltaT: 0.25, vRheobase: 0.8, vCut: 1.5, vThreshold: 1 },
    equations: `
      h = v + (-v + deltaT * exp((min(v, vCut) - vRheobase) / deltaT) + x) / tau
      s = spike(h - vThreshold)
      v = h * (1 - detach(s))
    `,
  },
  {
    title: "exponential integrate-and-fire",
    source: "Fourcaud-Trocmé et al., J. Neuroscience 23, 2003; Neuronal Dynamics, 2014",
    aliases: ["ExponentialIF"],
    current: 0.8,
  },
);
