import { FormatError, ShapeError } from "@myelin/core";
import {
  checkArray,
  checkNumbers,
  checkOptions,
  checkText,
  refuse,
  describeValue,
} from "@myelin/core/checks";
import { checkedLabels, pickNumbers } from "../labels.ts";
import { requireSpikes } from "./order.ts";
import type { SpikeDataset, SpikeDatasetParts } from "./spike-dataset.ts";

/**
 * Makes a data set of arrays after checking that they belong together.
 *
 * @throws FormatError if there are no samples, if lengths disagree, if a label has no class, a time is negative or out
 * of order, or a unit out of range
 */
export function spikeDataset(parts: SpikeDatasetParts): SpikeDataset {
  checkOptions<Parts>(
    "spikeDataset",
    parts,
    PARTS,
    "{ name, units, classNames, labels, times, unitIds, offsets }",
  );
  const { name, labels, classNames, offsets, times, unitIds, sources } = parts;
  checkText("spikeDataset.name", name);
  checkNumbers("spikeDataset.labels", labels);
  if (sources !== undefined) checkNumbers("spikeDataset.sources", sources);
  requireArrays(parts);
  checkArray("spikeDataset.classNames", classNames, "an array of names", checkName);
  const count = labels.length;
  const spikes = offsets[count] ?? -1;
  const consistent =
    count > 0 &&
    offsets.length === count + 1 &&
    times.length === spikes &&
    unitIds.length === spikes &&
    offsets.every((offset, i) => (i === 0 ? offset === 0 : offset >= offsets[i - 1]!)) &&
    (sources?.length ?? count) === count;
  if (!consistent) {
    throw new FormatError(
      `spikeDataset: ${name}: expected labels, offsets that ascend from 0, times and units of at least one sample, got ${count} labels, ` +
        `${offsets.length} offsets, ${times.length} times and ${unitIds.length} units. They must come from the same file.`,
    );
  }
  const classes = classNames.length;
  const checked = checkedLabels(`spikeDataset: ${name}`, labels, classes);
  requireSpikes(parts);
  return {
    ...{ name, count, classes, classNames, units: parts.units, labels: checked, times, unitIds, offsets },
    ...(sources && { sources: Uint32Array.from(sources) }),
  };
}

/** The parts, and what {@link spikeDataset} adds to them. */
type Parts = SpikeDatasetParts & Partial<Pick<SpikeDataset, "count" | "classes">>;

const PARTS = {
  ...({ name: true, units: true, classNames: true, labels: true, sources: true, times: true } as const),
  ...({ unitIds: true, offsets: true, count: true, classes: true } as const),
} as const;

/** A name may be empty: labels that a file skips have none. */
function checkName(symbol: string, name: unknown): void {
  if (typeof name !== "string") refuse(symbol, "a name", name);
}

/**
 * Requires a data set of spike trains.
 *
 * @throws MyelinError for anything else
 */
export function checkSpikes(symbol: string, dataset: SpikeDataset): SpikeDataset {
  const { offsets, labels, unitIds, times, classNames } = (dataset ?? {}) as Partial<SpikeDataset>;
  const isMeasured = offsets instanceof Uint32Array && labels instanceof Uint32Array;
  if (isMeasured && unitIds && times && Array.isArray(classNames)) return dataset;
  return refuse(symbol, "a data set of spike trains such as spikeDataset gives", dataset);
}

/** Plain arrays and arrays of other types would be read wrongly, or half of the functions would. */
function requireArrays({ name, offsets, times, unitIds, units, classNames }: SpikeDatasetParts): void {
  const isCount = Number.isInteger(units) && units >= 1 && units <= 65_536;
  const wanted: [string, unknown, boolean, string, string?][] = [
    ["units", units, isCount, "a whole number from 1 to 65536", "It is the number of units."],
    ["classNames", classNames, Array.isArray(classNames), "an array of names", "One name for each class."],
    ["offsets", offsets, offsets instanceof Uint32Array, "a Uint32Array"],
    ["unitIds", unitIds, unitIds instanceof Uint16Array, "a Uint16Array"],
    [
      "times",
      times,
      times instanceof Uint16Array || times instanceof Float32Array,
      "a Float32Array of seconds, or a Uint16Array of half floats",
    ],
  ];
  for (const [part, value, isRight, what, hint = "Make one with its from()."] of wanted) {
    if (isRight) continue;
    throw new FormatError(
      `spikeDataset: ${name}: expected ${part} as ${what}, got ${describeValue(value)}. ${hint}`,
    );
  }
}

/**
 * The samples at `indices`, in that order, as a data set of their own (a copy).
 *
 * @throws ShapeError if there are no indices or one is out of range
 */
export function selectSpikes(dataset: SpikeDataset, indices: ArrayLike<number>): SpikeDataset {
  checkSpikes("selectSpikes", dataset);
  checkNumbers("selectSpikes.indices", indices);
  const count = indices.length;
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const index = requireIndex(dataset, indices[i]!);
    offsets[i + 1] = offsets[i]! + dataset.offsets[index + 1]! - dataset.offsets[index]!;
  }
  const spikes = offsets[count]!;
  const times = dataset.times instanceof Uint16Array ? new Uint16Array(spikes) : new Float32Array(spikes);
  const unitIds = new Uint16Array(spikes);
  for (let i = 0; i < count; i++) {
    const begin = dataset.offsets[indices[i]!]!;
    const end = dataset.offsets[indices[i]! + 1]!;
    times.set(dataset.times.subarray(begin, end), offsets[i]);
    unitIds.set(dataset.unitIds.subarray(begin, end), offsets[i]);
  }
  return spikeDataset({
    name: dataset.name,
    classNames: dataset.classNames,
    units: dataset.units,
    labels: pickNumbers(dataset.labels, indices),
    ...(dataset.sources && { sources: pickNumbers(dataset.sources, indices) }),
    times,
    unitIds,
    offsets,
  });
}

/** @throws ShapeError unless `index` is that of a sample */
export function requireIndex({ name, count }: Pick<SpikeDataset, "name" | "count">, index: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new ShapeError(
    `selectSpikes: expected indices from 0 to ${count - 1}, got ${index}. ${name} has ${count} samples.`,
  );
}
