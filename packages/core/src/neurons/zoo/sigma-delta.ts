import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Sigma-delta neurons: they send how far their input has moved, in steps of `theta`, and carry what is left over. The
 * sum of the outputs follows the input.
 *
 *   1. e[t] = x[t] + c[t-1] - r[t-1]                                       what has not been sent yet
 *   2. s[t] = 1 if |e[t]| >= theta else 0                                  fire
 *   3. y[t] = sign(e[t]) theta s[t]                                        output
 *   4. r[t] = r[t-1] + y[t]                                                what a receiver knows
 *   5. c[t] = e[t] - y[t]                                                  left over
 *
 * @source O'Connor & Welling, "Sigma Delta Quantized Networks", ICLR 2017; as in the golden case, the
 * remainder of a step is added to the next one's input
 */
export const SigmaDelta = zooNeuron(
  {
    name: "SigmaDelta",
    state: { r: 0, c: 0 },
    parameters: { theta: 0.4 },
    equations: `
      e = x + c - r
      s = spike(abs(e) - theta)
      y = where(e > 0, s, -s) * theta
      r = r + y
      c = e - y
    `,
    outputs: ["y"],
  },
  {
    title: "sigma-delta, graded spikes of both signs",
    source: "O'Connor & Welling, ICLR 2017",
    current: 1.1,
  },
);
