import type { Study } from "../study.ts";

const EPOCHS = 6;

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
    "training samples are held out. One to two hours on two cores.",
  tasks: ["nmnist", "fashion-motion"],
  variantTitle: "network",
  variants: [
    { id: "baseline", label: "baseline" },
    { id: "asa", label: "+ ASA" },
  ],
  columns: ["testAccuracy", "firingRate", "parameters", "seconds"],
  comparisons: [
    { variant: "asa", against: "baseline", column: "testAccuracy" },
    { variant: "asa", against: "baseline", column: "firingRate" },
  ],
  recipe: (task, variant, { epochs = EPOCHS, limit }) => ({
    data: { name: task, validation: 0.1, ...(limit !== undefined && { limit }) },
    timeSteps: 10,
    network: {
      type: "asa-three-layer",
      neuron: { type: "LIF", tau: 2, detachReset: true, surrogate: { type: "atan", alpha: 2 } },
      channels: [16, 32, 32],
      hidden: [128],
      ...(variant === "asa" && { attention: {} }),
    },
    loss: { type: "rateMse" },
    optimizer: { type: "adam", lr: 2e-3, schedule: { type: "cosine", every: "step" } },
    epochs,
    batchSize: 32,
  }),
};
