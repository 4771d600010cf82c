import { BACKGROUNDS, FITS } from "@myelin/core/runs";
import { z } from "zod";
import type { Parts } from "../plugins/index.ts";
import { fraction, own, shared } from "./data-parts.ts";
import { ownSections } from "./own-parts.ts";

const perChannel = z.array(z.number()).min(1);

const augment = {
  /** Shifts by up to `padding` pixels either way, zeros coming in. */
  crop: z.strictObject({ padding: z.int().positive() }).optional(),
  /** Mirrors left and right with probability 1/2. */
  flip: z.boolean().default(false),
  affine: z
    .strictObject({
      /** Largest rotation either way, in degrees. */
      degrees: z.number().nonnegative().default(0),
      /** Largest shift either way, as a fraction of the width and the height. */
      translate: fraction.default(0),
      /** Range of the scale factor. */
      scale: z.tuple([z.number().positive(), z.number().positive()]).default([1, 1]),
    })
    .optional(),
};

/** A transform of a plugin, with its options. */
export interface OwnTransformRecipe {
  readonly type: string;
}

/** Still images; training images may be changed by transforms of plugins too. */
export function imageDataSchemaWith(transforms: Parts["transforms"]) {
  return z.strictObject({
    name: z.enum(["mnist", "fashion-mnist", "cifar10"]),
    ...imageKeys(transforms),
  });
}

/** Images in a folder of one's own. */
export function imageFolderSchemaWith(transforms: Parts["transforms"]) {
  const pixels = z.int().positive().max(4096);
  return z.strictObject({
    name: z.literal("image-folder"),
    /** Of images in PNG, JPEG, PBM, PGM or PPM. */
    ...own,
    ...imageKeys(transforms),
    /** [width, height] of all images; they must have one size if left out. */
    resize: z.tuple([pixels, pixels]).optional(),
    /** What happens to images of other proportions. */
    fit: z.enum(FITS).default("stretch"),
    /** What is behind transparent pixels and beside padded images. */
    background: z.enum(BACKGROUNDS).default("black"),
    /** Shades of grey or colours; as the files are if left out. */
    channels: z.union([z.literal(1), z.literal(3)]).optional(),
  });
}

function imageKeys(transforms: Parts["transforms"]) {
  const sections = ownSections("type", transforms) as unknown as z.ZodType<OwnTransformRecipe>[];
  const ownOnes = z.array(sections.length === 0 ? z.never() : z.union(sections)).optional();
  return {
    ...shared,
    /** Fraction of the training samples that is held out. */
    validation: fraction.default(0),
    augment: z.strictObject({ ...augment, own: ownOnes }).prefault({}),
    /**
     * true: mean and standard deviation as published, or of the training samples of one's own; false: pixels stay in
     * 0..1.
     */
    normalise: z
      .union([z.boolean(), z.strictObject({ mean: perChannel, std: z.array(z.number().positive()).min(1) })])
      .default(false),
  };
}

/** Still images, without plugins. */
export const imageDataSchema = imageDataSchemaWith({});
/** Images in a folder of one's own, without plugins. */
export const imageFolderSchema = imageFolderSchemaWith({});

/** How a static input becomes a sequence of `timeSteps`. */
export const encoderSchema = z.discriminatedUnion("type", [
  /** The first non-spiking layers run once; their output is repeated (learned encoding). */
  z.strictObject({ type: z.literal("constant") }),
  /** A spike per step with the pixel's value as probability. */
  z.strictObject({ type: z.literal("poisson") }),
  /** One spike, the earlier the brighter the pixel. */
  z.strictObject({ type: z.literal("latency") }),
  /** Spikes where the input changes by `threshold`; of a still image, in the first step. */
  z.strictObject({
    type: z.literal("delta"),
    threshold: z.number().positive().default(0.1),
    signed: z.boolean().default(false),
  }),
]);

/** The `data` section of a recipe on still images, defaults filled in. */
export type ImageDataRecipe = z.output<typeof imageDataSchema> | ImageFolderRecipe;
/** The `data` section of a recipe on images of one's own. */
export type ImageFolderRecipe = z.output<typeof imageFolderSchema>;
/** The `encoder` section, defaults filled in. */
export type EncoderRecipe = z.output<typeof encoderSchema>;
