import { batchSizeFor, limits, type Study } from "../study.ts";

const EPOCHS = 6;

/** The paper's neuron: u = h + x, a spike at 0.3, h = 0.3 u (1 - spike). */
const NEURON = {
  type: "LIF",
  tau: 1 / 0.7,
  decayInput: false,
  vThreshold: 0.3,
  detachReset: false,
  surrogate: { type: "rectangle", alpha: 2 },
};

/** The paper's three-layer network, narrower, with and without attention ahead of its neurons. */
export const asa: Study = {
  name: "asa",
  title: "Advanced spatial attention on event data",
  claim:
    "The claim (Yao et al., ICCV 2023): attention on the input current of the neurons gives better accuracy with far " +
    "fewer spikes.",
  budget:
    `Convolutions of 16, 32 and 32 channels and ${EPOCHS} epochs at T = 10; the paper uses 64 to 128 channels, T = 60 ` +
    "and 100 to 200 epochs, and names the best epoch on the test set, where here the last one counts. 10 % of the " +
    "training samples are held out. About one and a half hours on two cores.",
  tasks: ["nmnist", "fashion-motion"],
  variantTitle: "network",
  variants: [
    { id: "baseline", label: "baseline" },
    { id: "asa", label: "+ ASA" },
  ],
  columns: ["testAccuracy", "firingRate", "operations", "parameters", "seconds"],
  comparisons: [
    { variant: "asa", against: "baseline", column: "testAccuracy" },
    { variant: "asa", against: "baseline", column: "firingRate" },
  ],
  recipe: (task, variant, { epochs = EPOCHS, limit }) => ({
    data: { name: task, validation: 0.1, ...limits(limit) },
    timeSteps: 10,
    network: {
      type: "asa-three-layer",
      neuron: NEURON,
      channels: [16, 32, 32],
      hidden: [128],
      ...(variant === "asa" && { attention: {} }),
    },
    loss: { type: "rateMse" },
    optimizer: { type: "adam", lr: 1e-3, schedule: { type: "cosine", every: "step" } },
    epochs,
    batchSize: batchSizeFor(32, { limit }),
  }),
};
