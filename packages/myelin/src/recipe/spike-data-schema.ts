import { PADDING_MODES } from "@myelin/data";
import { z } from "zod";
import { fraction, heldOut, heldOutOrPublished, milliseconds, own, shared } from "./data-parts.ts";

const size = z.int().positive();

/** What is said of all spike trains, such as spoken digits heard by a model of the ear. */
const spikeKeys = {
  ...shared,
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
};

/** Spike trains that have a name. */
export const spikeDataSchema = z.strictObject({
  name: z.enum(["shd", "ssc", "fsdd", "fsdd-speakers"]),
  ...spikeKeys,
  validation: heldOutOrPublished,
});

/** Spike trains of one's own. */
export const spikeFileSchema = z.strictObject({
  name: z.literal("spike-file"),
  /** In the HDF5 layout of SHD: one file, or a folder with one for training and one for testing. */
  ...own,
  ...spikeKeys,
  validation: heldOut,
  /** How many units there are; one more than the largest that fires if left out. */
  units: z.int().positive().max(65_536).optional(),
});

/** Sounds of one's own, which a model of the ear hears. */
export const soundFolderSchema = z.strictObject({
  name: z.literal("sound-folder"),
  /** Of sounds in WAV. */
  ...own,
  ...spikeKeys,
  validation: fraction.default(0),
  cochlea: z
    .strictObject({
      /** Places along the basilar membrane, each a unit. */
      channels: z.int().min(2).max(4096).default(700),
      /** Root mean square that every sound is brought to. */
      level: z.number().positive().default(1),
      /** Seconds over which a sound is faded in, and out. */
      fade: z.number().nonnegative().default(0.01),
      /** Raises high tones before anything else. */
      preEmphasis: z.number().min(0).max(1).default(0.95),
    })
    .prefault({}),
});

/** The `data` section of a recipe on sounds of one's own. */
export type SoundFolderRecipe = z.output<typeof soundFolderSchema>;
/** The `data` section of a recipe on spike trains, defaults filled in. */
export type SpikeDataRecipe =
  z.output<typeof spikeDataSchema> | z.output<typeof spikeFileSchema> | SoundFolderRecipe;
