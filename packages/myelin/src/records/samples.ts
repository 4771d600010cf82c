/** What a run records of its test set, as plain data: sample.json and confusion.json. */
import { z } from "zod";
import { amount, fits, index, MISFIT, run, size, version, type ReadOnly } from "./schema.ts";

const image = { height: size, width: size };

const stillSchema = z
  .object({ channels: size, ...image, pixels: z.array(z.int().min(0).max(255)) })
  .refine((still) => fits(still, still.pixels, still.channels), MISFIT);

/** A still image: pixels 0..255, [channels, height, width]. */
export type StillRecord = ReadOnly<z.output<typeof stillSchema>>;

const framesSchema = z
  .object({
    channels: size,
    /** Of the pictures kept: large frames are added up over squares of pixels. */
    ...image,
    /** Values [channels, height, width] of the steps `from` .. `to` - 1, added up. */
    slices: z.array(z.object({ from: index, to: index, values: z.array(z.number()) })),
  })
  .refine((all) => all.slices.every(({ values }) => fits(all, values, all.channels)), MISFIT);

/** A sample that is a sequence of images, added up over a few slices of time. */
export type FramesRecord = ReadOnly<z.output<typeof framesSchema>>;

const unitsSchema = z.object({
  units: size,
  /** Pairs of time step and unit. */
  events: z.array(z.tuple([index, index])),
  /** How many there were, where only some are kept. */
  of: index.optional(),
});

/** A sample that is a sequence of values of units (audio channels): where they are not zero. */
export type UnitsRecord = ReadOnly<z.output<typeof unitsSchema>>;

const layerSchema = z.object({
  name: z.string(),
  /** Time steps of its output, where delays before it made them more than those of the sample. */
  steps: size.optional(),
  /** How many neurons the layer has; `raster` holds some of them. */
  neurons: size,
  /** In an output layer, how many neighbouring neurons vote for each class. */
  perClass: size.optional(),
  threshold: z.number(),
  /** For each neuron drawn, the steps (from 0) at which it fired. */
  raster: z.array(z.object({ neuron: index, spikes: z.array(index) })),
  /** For a few neurons: the potential before the reset, f[t], which fires where it reaches the threshold, and after, v[t]. */
  traces: z.array(
    z.object({
      neuron: index,
      potential: z.array(z.number()),
      /** Absent in records of earlier versions. */
      after: z.array(z.number()).optional(),
    }),
  ),
});

/** Spikes of some neurons of one layer while the network sees the sample. */
export type LayerActivity = ReadOnly<z.output<typeof layerSchema>>;

const attentionSchema = z
  .object({
    name: z.string(),
    ...image,
    /** [height, width] */
    important: z.array(z.number()),
    rest: z.array(z.number()),
    /** Which planes are important: 0, or their weight, [steps, channels]; absent in records of earlier versions. */
    planes: z.object({ steps: size, channels: size, weights: z.array(amount) }).optional(),
  })
  .refine((gates) => fits(gates, gates.important) && fits(gates, gates.rest), MISFIT)
  .refine(({ planes }) => !planes || planes.weights.length === planes.steps * planes.channels, {
    error: "a weight for each step and channel",
  });

/** What an attention layer does with the sample: what its two gates let through, 0..1, and which planes matter. */
export type AttentionRecord = ReadOnly<z.output<typeof attentionSchema>>;

const arrivalsSchema = z.object({
  layer: z.string(),
  neuron: index,
  steps: size,
  /** The strongest connections. */
  connections: z.array(
    z.object({
      input: index,
      weight: z.number(),
      /** Time steps. */
      delay: index,
      /** Steps at which the input fired; they arrive `delay` later. */
      spikes: z.array(index),
    }),
  ),
  /** Steps at which the neuron fired. */
  fired: z.array(index),
});

/** What reaches one neuron through its delays, and when it fires. */
export type ArrivalsRecord = ReadOnly<z.output<typeof arrivalsSchema>>;

const scoresSchema = z.object({
  /** The largest few, and that of the label. */
  classes: z.array(
    z.object({
      name: z.string(),
      /** What is compared between classes. */
      score: z.number(),
      /** The network's output for the class at each step. */
      outputs: z.array(z.number()),
    }),
  ),
  /** How many classes there are. */
  of: size,
});

/** What the network says about a sample. */
export type ScoresRecord = ReadOnly<z.output<typeof scoresSchema>>;

const sampleSchema = z.object({
  /** Its place in the test set; absent in records of earlier versions, which hold the first one. */
  index: index.optional(),
  label: z.string(),
  predicted: z.string(),
  steps: size,
  image: stillSchema.optional(),
  frames: framesSchema.optional(),
  units: unitsSchema.optional(),
  layers: z.array(layerSchema),
  /** Absent in records of earlier versions. */
  scores: scoresSchema.optional(),
  attention: z.array(attentionSchema).optional(),
  arrivals: arrivalsSchema.optional(),
});

/** One test sample and what the trained network does with it. */
export type SampleRecord = ReadOnly<z.output<typeof sampleSchema>>;

/** The form of sample.json; earlier versions hold a single sample. */
export const samplesSchema = z.preprocess(
  (value) => (typeof value === "object" && value !== null && "label" in value ? { samples: [value] } : value),
  z.object({
    version,
    run,
    /** What the labels stand for, in the order of the output neurons; absent in records of earlier versions. */
    classNames: z.array(z.string()).optional(),
    samples: z.array(sampleSchema),
  }),
);

/** sample.json */
export type SamplesRecord = ReadOnly<z.output<typeof samplesSchema>>;

/** The form of confusion.json. */
export const confusionSchema = z
  .object({
    version,
    run,
    classNames: z.array(z.string()).min(1),
    /** How many samples of each class (row) were taken for each class (column). */
    counts: z.array(z.array(index)),
  })
  .refine(
    ({ classNames: { length }, counts }) =>
      counts.length === length && counts.every((row) => row.length === length),
    { error: "a row and a column for each class" },
  );

/** confusion.json */
export type ConfusionRecord = ReadOnly<z.output<typeof confusionSchema>>;
