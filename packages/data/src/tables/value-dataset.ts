import { FormatError, ShapeError } from "@myelin/core";
import { checkArray, checkNumbers, checkOneOf, checkOptions, checkText, refuse } from "@myelin/core/checks";
import { checkedLabels, pickNumbers } from "../labels.ts";

/** Labelled rows of numbers, held in memory. */
export interface ValueDataset {
  readonly name: string;
  readonly count: number;
  readonly classes: number;
  /** What each label stands for, `classes` names. */
  readonly classNames: readonly string[];
  /** uint32 [count], each 0 .. classes-1. */
  readonly labels: Uint32Array;
  /** What the numbers of a row are called. */
  readonly columns: readonly string[];
  /** f64 [count, columns]. */
  readonly values: Float64Array;
}

/** What {@link valueDataset} needs; `count` and `classes` follow from the rest. Labels may be an array of any kind. */
export type ValueDatasetParts = Omit<ValueDataset, "count" | "classes" | "labels"> & {
  readonly labels: ArrayLike<number>;
};

const PARTS = { name: true, classNames: true, labels: true, columns: true, values: true } as const;

/**
 * Makes a data set of rows of numbers after checking that they belong together.
 *
 * @throws FormatError if there is no row, a number is not finite, lengths disagree or a label has no class
 * @example valueDataset({ name: "mine", columns: ["x", "y"], values, labels, classNames: ["left", "right"] })
 */
export function valueDataset(parts: ValueDatasetParts): ValueDataset {
  checkOptions("valueDataset", parts, PARTS, "{ name, columns, values, labels, classNames }");
  const { name, classNames, labels, columns, values } = parts;
  checkText("valueDataset.name", name);
  checkArray("valueDataset.classNames", classNames, "an array of names", checkText);
  checkArray("valueDataset.columns", columns, "an array of names", checkText);
  checkNumbers("valueDataset.labels", labels);
  if (!(values instanceof Float64Array)) refuse("valueDataset.values", "a Float64Array", values);
  const count = labels.length;
  if (count === 0 || values.length !== count * columns.length) {
    throw new FormatError(
      `valueDataset: ${name}: expected at least one row and ${count * columns.length} numbers for ${count} labels and ` +
        `${columns.length} columns, got ${values.length}. They must come from the same table.`,
    );
  }
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) refuse(`valueDataset.values[${odd}]`, "a finite number", values[odd]);
  const classes = classNames.length;
  return { ...parts, count, classes, labels: checkedLabels(`valueDataset: ${name}`, labels, classes) };
}

/**
 * Requires a data set of rows.
 *
 * @throws MyelinError for anything else
 */
export function checkValues(symbol: string, dataset: ValueDataset): ValueDataset {
  const { values, labels, columns } = (dataset ?? {}) as Partial<ValueDataset>;
  if (values instanceof Float64Array && labels instanceof Uint32Array && Array.isArray(columns))
    return dataset;
  return refuse(symbol, "a data set of rows such as valueDataset gives", dataset);
}

/**
 * The rows at `indices`, in that order, as a data set of their own (a copy).
 *
 * @throws ShapeError if there are no indices or one is out of range
 */
export function selectRows(dataset: ValueDataset, indices: ArrayLike<number>): ValueDataset {
  checkValues("selectRows", dataset);
  checkNumbers("selectRows.indices", indices);
  const width = dataset.columns.length;
  const count = indices.length;
  const odd = Array.from(indices).find(
    (index) => !(Number.isInteger(index) && index >= 0 && index < dataset.count),
  );
  if (count === 0 || odd !== undefined) {
    throw new ShapeError(
      `selectRows: expected indices from 0 to ${dataset.count - 1}, got ${odd ?? "none"}. ` +
        `${dataset.name} has ${dataset.count} rows.`,
    );
  }
  const values = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    values.set(dataset.values.subarray(indices[i]! * width, (indices[i]! + 1) * width), i * width);
  }
  return { ...dataset, count, values, labels: pickNumbers(dataset.labels, indices) };
}

/** How the numbers of a column are brought to one scale. */
export type ColumnScale = "standard" | "range";

/** One mean and one standard deviation for each column: `(value - mean) / std`. */
export interface ColumnStatistics {
  readonly mean: number[];
  readonly std: number[];
}

/**
 * Measures how columns are brought to one scale, on the rows of a data set: use the training part. `standard` gives mean
 * 0 and standard deviation 1; `range` takes the smallest value to 0 and the largest to 1. A column whose values are all
 * the same becomes 0.
 */
export function columnStatistics(dataset: ValueDataset, scale: ColumnScale = "standard"): ColumnStatistics {
  const { values, count, columns } = checkValues("columnStatistics", dataset);
  checkOneOf("columnStatistics.scale", scale, ["standard", "range"]);
  const width = columns.length;
  const found = columns.map((_, j) => {
    const column = (i: number): number => values[i * width + j]!;
    return scale === "standard" ? momentsOf(column, count) : rangeOf(column, count);
  });
  return { mean: found.map(([mean]) => mean), std: found.map(([, std]) => (std > 0 ? std : 1)) };
}

function momentsOf(value: (i: number) => number, count: number): [mean: number, std: number] {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (value(i) - mean) ** 2;
  return [mean, Math.sqrt(squares / count)];
}

function rangeOf(value: (i: number) => number, count: number): [least: number, width: number] {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    least = Math.min(least, value(i));
    most = Math.max(most, value(i));
  }
  return [least, most - least];
}
