import { zooNeuron } from "./zoo-neuron.ts";

/**
 * LIF neurons with spikes of both signs.
 *
 *   1. h[t] = min(max(beta v[t-1] + x[t], -vLimit), vLimit)                charge, bounded
 *   2. p[t] = 1 if h[t] >= vThreshold else 0                               fire upwards
 *      n[t] = 1 if -h[t] >= vThreshold else 0                              fire downwards
 *   3. y[t] = p[t] - n[t]                                                  output: -1, 0 or 1
 *   4. v[t] = h[t] - vThreshold y[t]                                       soft reset
 *
 * @source Guo et al., "Ternary Spike: Learning Ternary Spikes for Spiking Neural Networks", AAAI 2024,
 * arXiv 2312.06372
 */
export const TernaryLIF = zooNeuron(
  {
    name: "TernaryLIF",
    state: { v: 0 },
    parameters: { beta: 0.7, vThreshold: 1, vLimit: 2 },
    equations: `
      h = clamp(beta * v + x, -vLimit, vLimit)
      p = spike(h - vThreshold)
      n = spike(-h - vThreshold)
      y = p - n
      v = h - vThreshold * y
    `,
    outputs: ["y"],
  },
  {
    title: "LIF with spikes of both signs",
    source: "Guo et al., AAAI 2024, arXiv 2312.06372",
    current: 0.8,
  },
);
