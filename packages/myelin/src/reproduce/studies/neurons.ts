import { batchSizeFor, limits, type Study } from "../study.ts";

const WIDTH = 128;
const EPOCHS = 3;
/** Milliseconds per step: about 50 steps in all. */
const STEP = 20;
/** Two of the ten training speakers; the two test speakers are others. */
const HELD_OUT = { sources: [3, 9] };
const surrogate = { type: "atan", alpha: 5 };
/** A parameter of each neuron that training changes, drawn at first. */
const drawn = (low: number, high: number): object => ({
  learnable: { uniform: [low, high] },
  per: "channel",
});

/** The neurons, all with time constants of about ten steps. */
const NEURONS: Readonly<Record<string, object>> = {
  lif: { type: "LIF", tau: 10, decayInput: false, detachReset: true, surrogate },
  alif: {
    type: "ALIF",
    tau: 10,
    decayInput: false,
    detachReset: true,
    tauAdaptation: 30,
    beta: 1.8,
    surrogate,
  },
  cuba: { type: "CubaLIF", alpha: drawn(0.6, 0.9), beta: drawn(0.8, 0.95), vThreshold: 0.5, surrogate },
  brf: { type: "BRF", dt: 0.1, omega: drawn(0.5, 5), bOffset: drawn(0.1, 0.5), vThreshold: 0.2, surrogate },
};

/** The neurons of the guide's chapter side by side in one small feed-forward network. */
export const neurons: Study = {
  name: "neurons",
  title: "LIF, ALIF, CUBA-LIF and BRF neurons",
  claim:
    "The claim (Higuchi et al., ICML 2024): resonators learn sequences in fewer epochs, with fewer spikes, than LIF " +
    "neurons with adaptive thresholds.",
  budget:
    `${EPOCHS} epochs of a feed-forward network with two hidden layers of ${WIDTH} neurons, where the paper has a recurrent ` +
    "layer, 1 to 20 epochs; two of the ten training speakers are held out and the test set is looked at once.",
  tasks: ["shd"],
  variantTitle: "neuron",
  variants: [
    { id: "lif", label: "LIF" },
    { id: "alif", label: "ALIF" },
    { id: "cuba", label: "CUBA-LIF" },
    { id: "brf", label: "BRF" },
  ],
  columns: ["testAccuracy", "firingRate", "parameters", "seconds"],
  comparisons: [
    { variant: "alif", against: "lif", column: "testAccuracy" },
    { variant: "cuba", against: "lif", column: "testAccuracy" },
    { variant: "brf", against: "alif", column: "testAccuracy" },
    { variant: "brf", against: "alif", column: "firingRate" },
  ],
  recipe: (task, variant, { epochs = EPOCHS, limit }) => ({
    data: { name: task, timeStep: STEP, validation: HELD_OUT, ...limits(limit) },
    network: {
      type: "sequential",
      neuron: NEURONS[variant],
      layers: [
        ...[{ linear: { outFeatures: WIDTH } }, { batchNorm: {} }, { neuron: {} }],
        ...[{ linear: { outFeatures: WIDTH } }, { batchNorm: {} }, { neuron: {} }],
        ...[{ linear: { outFeatures: "classes" } }, { leakyIntegrator: { tau: 10 } }],
      ],
    },
    loss: { type: "sumSoftmaxCrossEntropy" },
    optimizer: { type: "adam", lr: 2e-3, schedule: { type: "oneCycle" } },
    epochs,
    batchSize: batchSizeFor(128, { limit }),
  }),
};
