import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Balanced resonate-and-fire neurons: a damped oscillation that inputs of its own frequency drive up. The damping
 * follows the frequency, so that no frequency diverges in discrete time, and grows for a while after every spike.
 *
 *   1. p = (-1 + sqrt(1 - (dt omega)^2)) / dt                              boundary of divergence
 *   2. b[t] = p - bOffset - q[t-1]                                         damping, bOffset > 0
 *   3. u[t] = u[t-1] + dt (b[t] u[t-1] - omega r[t-1] + x[t])              real part
 *      r[t] = r[t-1] + dt (omega u[t-1] + b[t] r[t-1])                     imaginary part
 *   4. s[t] = 1 if u[t] >= vThreshold + q[t-1] else 0                      fire
 *   5. q[t] = gamma q[t-1] + s[t]                                          refractory period
 *
 * `omega` is in radians per unit of time, of which a step takes `dt`; dt |omega| < 1. `omega` and `bOffset` are of each
 * neuron in the paper, drawn at first: `new BRF({ omega: learnable({ uniform: [5, 10] }, { per: "channel" }), ... })`.
 *
 * @source Higuchi, Kairat, Bohté & Otte, "Balanced Resonate-and-Fire Neurons", ICML 2024, arXiv 2402.14603
 */
export const BRF = zooNeuron(
  {
    name: "BRF",
    state: { u: 0, r: 0, q: 0 },
    parameters: { omega: 10, bOffset: 1, dt: 0.01, gamma: 0.9, vThreshold: 1 },
    equations: `
      b = (-1 + sqrt(1 - (dt * omega) ** 2)) / dt - abs(bOffset) - q
      h = u + dt * (b * u - omega * r + x)
      r = r + dt * (omega * u + b * r)
      u = h
      s = spike(u - vThreshold - q)
      q = gamma * q + s
    `,
  },
  {
    title: "balanced resonate-and-fire",
    source: "Higuchi et al., ICML 2024, arXiv 2402.14603",
    aliases: ["BalancedResonateAndFire"],
    current: 20,
  },
);
