import { z } from "zod";

export const fraction = z.number().min(0).lt(1);

/** Keys of every `data` section. */
export const shared = {
  /** Trains on only N samples, held-out ones included: the first ones; of recordings some from everywhere. */
  limit: z.int().positive().optional(),
  /** Tests on only N samples, chosen in the same way; a published validation part as well. */
  limitTest: z.int().positive().optional(),
};

const sources = z.strictObject({ sources: z.array(z.int().nonnegative()).min(1) });

/** What is held out of sequences: a share of the samples, or all that some speakers or other sources gave. */
export const heldOut = z.union([fraction, sources]).default(0);

/** The same, or the part that the data set's authors published for validation. */
export const heldOutOrPublished = z.union([fraction, sources, z.literal("published")]).default(0);

export const milliseconds = z.number().positive();
