import { z } from "zod";
import { fraction, own, shared } from "./data-parts.ts";

/** A column by its name, or by its place from 0; -1 is the last. */
const column = z.union([z.string().min(1), z.int()]);

/** Rows of numbers of one's own. */
export const tableDataSchema = z.strictObject({
  name: z.literal("table"),
  /** In CSV: one file, or a folder with one for training and one for testing. */
  ...own,
  ...shared,
  /** Fraction of the training samples that is held out. */
  validation: fraction.default(0),
  /** The column of labels. */
  label: column.default("label"),
  /** Whether the first row names the columns; told by its cells if left out. */
  header: z.boolean().optional(),
  /** The columns of numbers; all but the label if left out. */
  columns: z.array(column).min(1).optional(),
  /** Columns that are not used. */
  omit: z.array(column).optional(),
  /** What becomes of rows with an empty cell. */
  missing: z.enum(["refuse", "drop"]).default("refuse"),
  /** Mean 0 and deviation 1, or from 0 to 1, measured on the training samples; false: numbers stay as they are. */
  normalise: z.union([z.literal(false), z.enum(["standard", "range"])]).default("standard"),
});

/** The `data` section of a recipe on a table, defaults filled in. */
export type TableDataRecipe = z.output<typeof tableDataSchema>;
