import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Resonate-and-fire neurons: a damped oscillation that inputs of its own frequency drive up. Spikes leave it alone and
 * raise the threshold for a while.
 *
 *   1. u[t] = u[t-1] + dt (b u[t-1] - omega r[t-1] + x[t])                 real part
 *   2. r[t] = r[t-1] + dt (omega u[t] + b r[t-1])                          imaginary part
 *   3. s[t] = 1 if u[t] >= vThreshold + q[t-1] else 0                      fire
 *   4. q[t] = gamma q[t-1] + s[t]                                          refractory threshold
 *
 * `omega` is in radians per unit of time, of which a step takes `dt`; b < 0 is the damping.
 *
 * @source Izhikevich, "Resonate-and-fire neurons", Neural Networks 14, 2001, with the refractory threshold of
 * Higuchi et al., "Balanced Resonate-and-Fire Neurons", ICML 2024
 */
export const ResonateAndFire = zooNeuron(
  {
    name: "ResonateAndFire",
    state: { u: 0, r: 0, q: 0 },
    parameters: { omega: 7, b: -1, dt: 0.1, gamma: 0.9, vThreshold: 1 },
    equations: `
      u = u + dt * (b * u - omega * r + x)
      r = r + dt * (omega * u + b * r)
      s = spike(u - vThreshold - q)
      q = gamma * q + s
    `,
  },
  {
    title: "resonate-and-fire",
    source: "Izhikevich, Neural Networks 14, 2001",
    aliases: ["RF"],
    current: 12,
  },
);
