import { EVENT_TRANSFORMS, type TransformOption } from "@myelin/data";
import { z } from "zod";
import { heldOut, milliseconds, own, shared } from "./data-parts.ts";

/** Counts of events, 1 where there is any, counts divided by the frame's largest, or how fresh the last event is. */
const VALUES = ["count", "binary", "max", "timeSurface"] as const;

const pixels = z.int().positive();

/** Where the first step begins: at the first event, at the recording's time 0, or so many milliseconds after that. */
const origin = z.union([z.enum(["first", "trial"]), z.number().nonnegative()]).default("first");

const values = {
  /** Frames of another size, [width, height], bilinearly; smaller or larger ones than those of the sensor. */
  resize: z.tuple([pixels, pixels]).optional(),
  values: z.enum(VALUES).default("count"),
  /** In which time a surface fades to 1/e; 50 ms. */
  tau: milliseconds.optional(),
};

/** How events become frames; there are `timeSteps` of them. */
const framesSchema = z
  .discriminatedUnion("splitBy", [
    /** Slices with the same number of events. */
    z.strictObject({ splitBy: z.literal("number"), ...values }),
    /** Slices of the same duration; in a voxel grid events are shared between the two nearest. */
    z.strictObject({
      splitBy: z.literal("time"),
      origin,
      ...values,
      values: z.enum([...VALUES, "voxelGrid"]).default("count"),
    }),
    /** Slices of so many milliseconds each. */
    z.strictObject({
      splitBy: z.literal("duration"),
      duration: milliseconds,
      origin,
      /** Where the frames begin in training: at the first event, or anywhere. */
      clip: z.enum(["first", "random"]).default("first"),
      /** How many samples a recording gives for evaluation, spread over it. */
      clips: z.int().positive().default(1),
      ...values,
    }),
    /** Slices of so many events each. */
    z.strictObject({ splitBy: z.literal("count"), events: z.int().positive(), ...values }),
  ])
  .refine(({ values, tau }) => tau === undefined || values === "timeSurface", {
    path: ["tau"],
    error: "no tau unless values is timeSurface",
  });

function optionSchema(option: TransformOption): z.ZodType {
  switch (option.type) {
    case "number":
      return z.number();
    case "word":
      return z.enum([...option.words]);
    case "words":
      return z.array(z.enum([...option.words])).min(1);
    case "place":
      return z.union([z.enum([...option.words]), z.tuple([z.number(), z.number()])]);
  }
}

/** Every transform by its name, with its options. */
const transforms = Object.fromEntries(
  Object.entries(EVENT_TRANSFORMS).map(([name, { options }]) => {
    const keys = Object.entries(options).map(([key, option]) => [key, optionSchema(option)] as const);
    return [name, z.strictObject(Object.fromEntries(keys)).partial().optional()] as const;
  }),
);

/** A list of transforms, one per line: an object whose only key is the transform's name. */
const transformList = z
  .array(
    z
      .strictObject(transforms)
      .refine((transform) => Object.keys(transform).length === 1, { error: "exactly one transform name" }),
  )
  .default([]);

const common = {
  ...shared,
  validation: heldOut,
  /** The sensor of all recordings, [width, height]; as the data set or its files say if left out. */
  sensor: z.tuple([pixels, pixels]).optional(),
  frames: framesSchema.prefault({ splitBy: "number" }),
  /** Done once to every recording, training and test alike. */
  transforms: transformList,
  /** Done anew to every training sample. */
  augment: transformList,
};

/** Recordings of event cameras that have a name. */
export const eventDataSchema = z.strictObject({
  name: z.enum([
    "nmnist",
    "nmnist-raw",
    "cifar10-dvs",
    "dvs-gesture",
    "ncaltech101",
    "poker-dvs",
    "fashion-motion",
    "mnist-events",
    "fashion-mnist-events",
    "cifar10-events",
  ]),
  ...common,
});

/** Recordings in a folder of one's own. */
export const eventFolderSchema = z.strictObject({
  name: z.literal("event-folder"),
  /** Of recordings in any event format. */
  ...own,
  /** Which camera of recordings of several: its number, from 0, or all side by side. */
  camera: z.union([z.int().nonnegative(), z.literal("all")]).optional(),
  ...common,
});

/** The `data` section of a recipe on recordings of event cameras, defaults filled in. */
export type EventDataRecipe = z.output<typeof eventDataSchema> | z.output<typeof eventFolderSchema>;
