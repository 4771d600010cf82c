/** What the forms of all records are made of. */
import { z } from "zod";

/** A record as the rest of the program sees it. */
export type ReadOnly<T> = T extends readonly unknown[]
  ? { readonly [K in keyof T]: ReadOnly<T[K]> }
  : T extends object
    ? { readonly [K in keyof T]: ReadOnly<T[K]> }
    : T;

/** The version of the files that only reports read: it goes up when an older reader would misread a file. */
export const RECORD_VERSION = 1;

/** Which run a record is of: a hash of its recipe and seed; absent in records of earlier versions. */
export const run = z.string().optional();

/** Of a file; absent in those of earlier versions. */
export const version = z.int().min(1).optional();

/** Height, width or a number of steps, neurons, classes: what a file claims and nothing contradicts. */
export const size = z.int().min(1).max(1_000_000);

/** Of a step, a neuron, an input. */
export const index = z.int().min(0).max(0xffffffff);

/** How many there are. */
export const amount = z.number().min(0);

/** A share of a whole. */
export const share = z.number().min(0).max(1);

/** A number of each layer, by the layer's name. */
export const byLayer = z.record(z.string(), z.number());

/** [height, width], row by row, in each of `planes` planes. */
export function fits(
  { height, width }: { readonly height: number; readonly width: number },
  values: readonly unknown[],
  planes = 1,
): boolean {
  return values.length === planes * height * width;
}

/** Of numbers that do not fill the picture they belong to. */
export const MISFIT = { error: "as many numbers as height and width say" };
