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

/** Keys of data of one's own. */
export const own = {
  /** A folder with a folder for each class, a table of files and labels, or the file itself; begins at the recipe. */
  path: z.string().min(1),
  /** The share of each class that is tested on, where the data have no part of that name. */
  test: z.number().gt(0).lt(1).default(0.2),
  /** Which samples these are, the same for every seed of the recipe. */
  splitSeed: z.int().default(1),
};

export const milliseconds = z.number().positive();
