/** What a run records of its methods, as plain data: parts of metrics.jsonl, and pictures.json. */
import { z } from "zod";
import { amount, byLayer, fits, index, MISFIT, run, size, version, type ReadOnly } from "./schema.ts";

/** The form of {@link DelayMetrics}. */
export const delayMetricsSchema = z.object({
  /** Width of the bumps in time steps, as it enters the kernel; 0 where delays are whole steps. */
  sigma: byLayer.optional(),
  /** Mean distance in time steps that positions moved since the epoch before. */
  delayMoves: byLayer.optional(),
});

/** Numbers of a layer with learnable or fixed delays, by layer name, at the end of an epoch. */
export type DelayMetrics = ReadOnly<z.output<typeof delayMetricsSchema>>;

/** The form of {@link StructureMetrics}. */
export const structureMetricsSchema = z.object({
  /** Share of the connections that exist, 0..1. */
  density: byLayer.optional(),
  /** Share of the connections that exist now and did not at the end of the epoch before, 0..1. */
  turnover: byLayer.optional(),
  /** Share of all possible connections that existed at the end of some epoch, 0..1. */
  everActive: byLayer.optional(),
});

/** Numbers of a layer with a sparse structure, by layer name, at the end of an epoch. */
export type StructureMetrics = ReadOnly<z.output<typeof structureMetricsSchema>>;

const layerDelaysSchema = z
  .object({ name: z.string(), before: z.array(amount), after: z.array(amount) })
  .refine(({ before, after }) => before.length === after.length, {
    error: "counts of as many delays before as after",
  });

/** How the delays of a layer are spread: counts of synapses by whole delay, from 0 to the largest. */
export type LayerDelays = ReadOnly<z.output<typeof layerDelaysSchema>>;

const inputMapSchema = z
  .object({
    epoch: index,
    height: size,
    width: size,
    /** [height, width]; channels are added up. */
    connections: z.array(amount),
  })
  .refine((map) => fits(map, map.connections), MISFIT);

/** How many connections look at each input value, at the end of an epoch (0: before training). */
export type InputMap = ReadOnly<z.output<typeof inputMapSchema>>;

/** The form of pictures.json. */
export const picturesSchema = z.object({
  version,
  run,
  delays: z.array(layerDelaysSchema).optional(),
  inputMaps: z.array(inputMapSchema).optional(),
});

/** pictures.json */
export type PicturesRecord = ReadOnly<z.output<typeof picturesSchema>>;
