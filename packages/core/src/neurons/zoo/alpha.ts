import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Spike response neurons: every input leaves a bump that rises and decays, the difference of two exponentials. A spike
 * clears all that came before.
 *
 *   1. e[t] = alpha e[t-1] + x[t]                        slow part
 *   2. n[t] = beta n[t-1] - x[t]                         fast part
 *   3. v[t] = gain (e[t] + n[t]),   gain = log alpha / (log beta - log alpha) + 1
 *   4. s[t] = 1 if v[t] >= vThreshold else 0             fire
 *   5. e, n <- e (1 - s), n (1 - s)                      reset
 *
 * 0 < beta < alpha < 1. The bump begins one step after its input, as e + n is 0 at that step.
 *
 * @source Gerstner & Kistler, "Spiking Neuron Models", Cambridge 2002 (SRM0 with a double exponential);
 * `Alpha` of snnTorch has the same gain
 */
export const Alpha = zooNeuron(
  {
    name: "Alpha",
    state: { e: 0, n: 0 },
    parameters: { alpha: 0.9, beta: 0.8, vThreshold: 1 },
    equations: `
      rise = alpha * e + x
      fall = beta * n - x
      v = (log(alpha) / (log(beta) - log(alpha)) + 1) * (rise + fall)
      s = spike(v - vThreshold)
      e = rise * (1 - s)
      n = fall * (1 - s)
    `,
  },
  {
    title: "spike response with an alpha-shaped bump",
    source: "Gerstner & Kistler, Spiking Neuron Models, 2002",
    aliases: ["SRM0"],
    current: 0.3,
  },
);
