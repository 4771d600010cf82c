import { batchSizeFor, limits, type Study, type TrainingChanges } from "../study.ts";

const EPOCHS = 5;

/**
 * LIF, PLIF and KLIF in the same small network of the PLIF family, everything else equal. Part of the training
 * samples is held out to watch; the test set is looked at once, at the end of the last epoch.
 */
export const klif: Study = {
  name: "klif",
  title: "LIF, PLIF and KLIF side by side",
  claim:
    "The claim (Jiang and Zhang, 2023): a learned scale k before the ReLU makes KLIF more accurate than LIF.",
  budget:
    "A small network (convolutions of 16 and 32 channels, 128 hidden neurons), five epochs, 10 % of the training " +
    "samples held out; the paper trains wider ones for hundreds of epochs. About two hours on two cores.",
  tasks: ["mnist", "fashion-mnist", "nmnist"],
  variantTitle: "neuron",
  variants: [
    { id: "lif", label: "LIF" },
    { id: "plif", label: "PLIF" },
    { id: "klif", label: "KLIF" },
  ],
  columns: ["testAccuracy", "firingRate", "parameters", "seconds"],
  comparisons: [
    { variant: "klif", against: "lif", column: "testAccuracy" },
    { variant: "klif", against: "plif", column: "testAccuracy" },
  ],
  recipe: (task, variant, { epochs = EPOCHS, limit }) => ({
    ...input(task, limit),
    network: {
      type: "plif-net",
      neuron: {
        type: variant.toUpperCase(),
        tau: 2,
        // Frames of events drive weakly. With inputs that decay, the hidden layer is silent at first; KLIF's ReLU then
        // passes no gradient back from the output, and its networks never begin to learn.
        decayInput: task !== "nmnist",
        detachReset: true,
        surrogate: { type: "atan", alpha: 2 },
      },
      channels: [16, 32],
      hidden: [128],
      dropout: 0.1,
    },
    loss: { type: "rateMse" },
    optimizer: { type: "adam", lr: 2e-3, schedule: { type: "cosine", every: "step" } },
    epochs,
    batchSize: batchSizeFor(64, { limit }),
  }),
};

function input(task: string, limit: TrainingChanges["limit"]): object {
  const common = { name: task, validation: 0.1, ...limits(limit) };
  if (task === "nmnist") return { data: common, timeSteps: 10 };
  const augment = { crop: { padding: 2 }, flip: task === "fashion-mnist" };
  return { data: { ...common, normalise: true, augment }, timeSteps: 4 };
}
