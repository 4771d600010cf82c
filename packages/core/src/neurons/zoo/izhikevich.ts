import { zooNeuron } from "./zoo-neuron.ts";

/**
 * Izhikevich's neuron: a quadratic membrane with a recovery variable; four numbers choose among the firing patterns of
 * the cortex. A step is one millisecond, taken in two halves for the potential, as in the author's program; v is in
 * millivolts, x is the paper's I.
 *
 *   1. v' = v + 0.5 (0.04 v^2 + 5 v + 140 - u + x), twice
 *   2. u' = u + a (b v' - u)
 *   3. s = 1 if v' >= 30 else 0                                            fire; the surrogate sees (v' - 30) / 30
 *   4. v <- c, u <- u' + d where s = 1
 *
 * `IZHIKEVICH_SETS` has the paper's parameter sets: `new Izhikevich(IZHIKEVICH_SETS.chattering)`.
 *
 * @source Izhikevich, "Simple Model of Spiking Neurons", IEEE Transactions on Neural Networks 14, 2003
 */
export const Izhikevich = zooNeuron(
  {
    name: "Izhikevich",
    state: { v: -65, u: -13 },
    parameters: { a: 0.02, b: 0.2, c: -65, d: 8 },
    equations: `
      h = v + 0.5 * (0.04 * v ** 2 + 5 * v + 140 - u + x)
      h = h + 0.5 * (0.04 * h ** 2 + 5 * h + 140 - u + x)
      w = u + a * (b * h - u)
      s = spike((h - 30) / 30)
      v = h * (1 - s) + c * s
      u = w + d * s
    `,
  },
  {
    title: "quadratic membrane with recovery",
    source: "Izhikevich, IEEE Trans. Neural Networks 14, 2003",
    current: 10,
    sets: {
      regularSpiking: { a: 0.02, b: 0.2, c: -65, d: 8 },
      intrinsicallyBursting: { a: 0.02, b: 0.2, c: -55, d: 4 },
      chattering: { a: 0.02, b: 0.2, c: -50, d: 2 },
      fastSpiking: { a: 0.1, b: 0.2, c: -65, d: 2 },
      lowThresholdSpiking: { a: 0.02, b: 0.25, c: -65, d: 2 },
      thalamoCortical: { a: 0.02, b: 0.25, c: -65, d: 0.05 },
      resonator: { a: 0.1, b: 0.26, c: -65, d: 2 },
    },
  },
);

/** The parameter sets of Izhikevich's paper. */
export const IZHIKEVICH_SETS = Izhikevich.notes.sets;
