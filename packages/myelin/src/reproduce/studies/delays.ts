import { batchSizeFor, limits, type Study } from "../study.ts";

const INPUTS = 140;
const CLASSES = 20;
const MAX_DELAY = 25;
/** Hidden neurons per layer where every connection has a trained weight and a trained delay. */
const WIDTH = 128;
const EPOCHS = 20;
/** Two of the ten training speakers; the two test speakers are others. */
const HELD_OUT = { sources: [3, 9] };
/** Sigma falls over the first quarter of the epochs, or is at its end from the start. */
const SIGMA = { learned: {}, constant: { sigmaInit: 0.23, fraction: 0 } } as const;

/**
 * The paper's network for SHD at half its width. Where positions are not trained, hidden layers are wider, so that
 * all variants have as many trained parameters, as in the paper's comparison.
 */
export const delays: Study = {
  name: "delays",
  title: "No delays, fixed random delays, learned delays",
  claim:
    "The claim (Hammouamri et al., ICLR 2024): fixed random delays help, learned ones help more; sigma should shrink " +
    "during training.",
  budget:
    `${EPOCHS} epochs with ${WIDTH} hidden neurons per layer instead of 150 with 256; two of the ten training speakers are ` +
    "held out and the test set is looked at once. About 80 minutes on one core.",
  tasks: ["shd"],
  variantTitle: "delays",
  variants: [
    { id: "none", label: "none" },
    { id: "fixed", label: "fixed random" },
    { id: "learned", label: "learned" },
    { id: "constant", label: "learned, constant sigma" },
  ],
  columns: ["testAccuracy", "firingRate", "parameters", "seconds"],
  comparisons: [
    { variant: "fixed", against: "none", column: "testAccuracy" },
    { variant: "learned", against: "fixed", column: "testAccuracy" },
    { variant: "learned", against: "none", column: "testAccuracy" },
    { variant: "learned", against: "constant", column: "testAccuracy" },
  ],
  recipe: (task, variant, { epochs = EPOCHS, limit }) => {
    const learn = variant === "learned" || variant === "constant";
    const width = learn ? WIDTH : widthWithoutPositions(WIDTH);
    return {
      data: { name: task, padding: "paper", validation: HELD_OUT, ...limits(limit) },
      network: {
        type: "delay-net",
        neuron: {
          type: "LIF",
          tau: 1.005,
          decayInput: false,
          detachReset: true,
          surrogate: { type: "atan", alpha: 5 },
        },
        hidden: [width, width],
        dropout: 0.4,
        maxDelay: MAX_DELAY,
        learn,
        ...(variant === "none" && { per: "none" }),
      },
      loss: { type: "sumSoftmaxCrossEntropy" },
      optimizer: {
        type: "adam",
        lr: 5e-3,
        weightDecay: 1e-5,
        decayNorm: false,
        schedule: { type: "oneCycle", every: "epoch" },
        positions: { lr: 0.1, schedule: { type: "cosine" } },
      },
      ...(learn && { delays: SIGMA[variant] }),
      epochs,
      batchSize: batchSizeFor(256, { limit }),
    };
  },
};

/**
 * Hidden width at which weights and batch normalisation alone come closest to, and not above, the number of
 * parameters that a network of `width` has with one trained position per connection.
 */
export function widthWithoutPositions(width: number): number {
  const connections = (hidden: number): number => hidden * (INPUTS + hidden + CLASSES);
  const norm = (hidden: number): number => 4 * hidden;
  const budget = 2 * connections(width) + norm(width);
  let best = width;
  while (connections(best + 1) + norm(best + 1) <= budget) best++;
  return best;
}
