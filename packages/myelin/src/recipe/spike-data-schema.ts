import { PADDING_MODES } from "@myelin/data";
import { z } from "zod";
import { heldOutOrPublished, milliseconds, shared } from "./data-parts.ts";

const size = z.int().positive();

/** Spike trains, such as spoken digits heard by a model of the ear. */
export const spikeDataSchema = z.strictObject({
  name: z.enum(["shd", "ssc", "fsdd", "fsdd-speakers"]),
  ...shared,
  validation: heldOutOrPublished,
  /** Length of a time step in milliseconds. */
  timeStep: milliseconds.default(10),
  /** How many neighbouring units are added up to one input. */
  pool: size.default(5),
  /** Spikes from this time on are left out, in milliseconds. */
  maxTime: milliseconds.optional(),
  /** What time 0 is: a sample's first spike, or the start of its recording. */
  origin: z.enum(["firstSpike", "recording"]).default("firstSpike"),
  /** Whether the zeros behind shorter samples of a batch are left out, or count as in the delay paper's code. */
  padding: z.enum(PADDING_MODES).default("masked"),
  augment: z
    .strictObject({
      /** Moves all spikes of a sample together, by up to so many units and so large a share of its duration. */
      warp: z
        .strictObject({ units: z.int().min(0).default(0), time: z.number().min(0).max(0.9).default(0) })
        .optional(),
      /** Silences a random stretch of time and a random band of inputs. */
      masks: z
        .strictObject({
          probability: z.number().min(0).max(1).default(0.65),
          timeMaskSize: size,
          inputMaskSize: size.optional(),
        })
        .optional(),
      /** Takes a random stretch of time, and as much of its target, from another sample of the batch. */
      cutMix: z.strictObject({ probability: z.number().min(0).max(1).default(0.5) }).optional(),
    })
    .prefault({}),
});

/** The `data` section of a recipe on spike trains, defaults filled in. */
export type SpikeDataRecipe = z.output<typeof spikeDataSchema>;
