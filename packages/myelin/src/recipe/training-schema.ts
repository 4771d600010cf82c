import { LOSS_DEFAULTS, OPTIMIZER_DEFAULTS, SCHEDULE_DEFAULTS } from "@myelin/core/defaults";
import { z } from "zod";
import type { Parts } from "../plugins/index.ts";
import { ownSections } from "./own-parts.ts";

const { cosineAnnealing, oneCycle, step } = SCHEDULE_DEFAULTS;
const positive = z.number().positive();
const nonnegative = z.number().nonnegative();

/** A weight for each class, for classes of different size; all count the same when absent. */
const weights = {
  weight: z
    .array(nonnegative)
    .min(2)
    .refine((all) => all.some((weight) => weight > 0), { error: "a weight above 0 for some class" })
    .optional(),
};

/** Options of cross-entropies. */
const crossEntropy = {
  /** Share of the target that is spread evenly over all classes. */
  labelSmoothing: z.number().min(0).lt(1).default(LOSS_DEFAULTS.labelSmoothing),
  ...weights,
};

/** The losses of `@myelin/core`, with their names there. */
const losses = [
  z.strictObject({ type: z.literal("rateCrossEntropy"), ...crossEntropy }),
  z.strictObject({ type: z.literal("rateMse"), ...weights }),
  z.strictObject({
    type: z.literal("tet"),
    ...crossEntropy,
    lambda: z.number().min(0).max(1).default(LOSS_DEFAULTS.lambda),
    phi: positive.default(LOSS_DEFAULTS.phi),
  }),
  z.strictObject({ type: z.literal("sumSoftmaxCrossEntropy"), ...crossEntropy }),
  z.strictObject({ type: z.literal("maxMembraneCrossEntropy"), ...crossEntropy }),
] as const;

/** The `loss` section without plugins. */
export const lossSchema = z.discriminatedUnion("type", losses);

/** The names of the built-in losses. */
export const LOSS_NAMES: readonly string[] = losses.map(({ shape }) => shape.type.value);

/** The losses with those of plugins, which `LossRecipe` does not know. */
export function lossSchemaWith(own: Parts["losses"]): typeof lossSchema {
  const all = [...losses, ...ownSections("type", own)] as unknown as typeof losses;
  return z.discriminatedUnion("type", all);
}

/** How the learning rate changes. `every: epoch` moves it between epochs, as most published code does. */
const scheduleSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant") }),
  z.strictObject({
    type: z.literal("cosine"),
    /** Half a period, in epochs; the whole training when absent. */
    epochs: z.int().positive().optional(),
    minLr: nonnegative.default(cosineAnnealing.etaMin),
    every: z.enum(["epoch", "step"]).default("epoch"),
  }),
  z.strictObject({
    type: z.literal("oneCycle"),
    /** Fraction of the training in which the rate grows. */
    pctStart: z.number().gt(0).lt(1).default(oneCycle.pctStart),
    divFactor: positive.default(oneCycle.divFactor),
    finalDivFactor: positive.default(oneCycle.finalDivFactor),
    cycleMomentum: z.boolean().default(true),
    every: z.enum(["epoch", "step"]).default("step"),
  }),
  z.strictObject({
    type: z.literal("step"),
    epochs: z.int().positive(),
    gamma: positive.default(step.gamma),
  }),
  /** Grows linearly over the first steps, then stays. */
  z.strictObject({ type: z.literal("warmup"), steps: z.int().positive() }),
]);

const common = {
  /** Learning rate; the highest one of a one-cycle schedule. */
  lr: positive,
  /** Learning rate of k (KLIF) and w (PLIF); `lr` when absent. They have no weight decay. */
  neuronLr: positive.optional(),
  /** Whether the weight decay acts on scale and shift of batch normalisation too. */
  decayNorm: z.boolean().default(true),
  schedule: scheduleSchema.prefault({ type: "constant" }),
  /** Learning rate and schedule of the positions of learnable delays, which are never decayed; as the weights' when absent. */
  positions: z
    .strictObject({ lr: positive, schedule: scheduleSchema.prefault({ type: "constant" }) })
    .optional(),
  /** Largest Euclidean norm of the gradient; unlimited when absent. */
  clipNorm: positive.optional(),
};
const beta = z.number().min(0).lt(1);

/** Keys of Adam and AdamW, which differ in their weight decay. */
const moments = ({
  weightDecay,
  betas,
  eps,
}: typeof OPTIMIZER_DEFAULTS.Adam | typeof OPTIMIZER_DEFAULTS.AdamW) => ({
  weightDecay: nonnegative.default(weightDecay),
  betas: z.tuple([beta, beta]).default([...betas]),
  eps: positive.default(eps),
});

/** The optimiser, with PyTorch's names and meaning. */
export const optimizerSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("sgd"),
    ...common,
    weightDecay: nonnegative.default(OPTIMIZER_DEFAULTS.SGD.weightDecay),
    momentum: beta.default(OPTIMIZER_DEFAULTS.SGD.momentum),
    nesterov: z.boolean().default(OPTIMIZER_DEFAULTS.SGD.nesterov),
  }),
  z.strictObject({ type: z.literal("adam"), ...common, ...moments(OPTIMIZER_DEFAULTS.Adam) }),
  z.strictObject({ type: z.literal("adamw"), ...common, ...moments(OPTIMIZER_DEFAULTS.AdamW) }),
]);

/** The `loss` section, defaults filled in. */
export type LossRecipe = z.output<typeof lossSchema>;
/** The `optimizer` section, defaults filled in. */
export type OptimizerRecipe = z.output<typeof optimizerSchema>;
/** The `optimizer.schedule` section, defaults filled in. */
export type ScheduleRecipe = z.output<typeof scheduleSchema>;
