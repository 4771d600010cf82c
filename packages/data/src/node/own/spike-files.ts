import path from "node:path";
import { FormatError } from "@myelin/core";
import { checkInteger, checkOptions, checkText } from "@myelin/core/checks";
import { selectSpikes, type SpikeDataset, spikeDataset } from "../../spikes/index.ts";
import type { Split } from "../dataset-spec.ts";
import {
  checkSplitOptions,
  classesOf,
  drawSplit,
  type OwnSplitOptions,
  SPLIT_OPTIONS,
} from "../labelled/index.ts";
import { readSpikesFile } from "../spikes/index.ts";
import { ownFiles } from "./own-files.ts";

/** Options of {@link openSpikeFiles}. */
export interface SpikeFilesOptions extends OwnSplitOptions {
  /** How many units there are; one more than the largest that fires if left out. */
  readonly units?: number | undefined;
}

/** Spike trains of one's own. */
export interface SpikeFiles {
  readonly name: string;
  /** The classes of both parts: "2" before "10". */
  readonly classNames: readonly string[];
  readonly units: number;
  /** The spike trains of a part. */
  open(split: Split): SpikeDataset;
}

/** As many units as there can be: a file does not say how many it has. */
const MOST_UNITS = 65_536;

const KNOWN = { ...SPLIT_OPTIONS, units: true } as const;

/**
 * Opens spike trains of one's own in the HDF5 layout of SHD, of any number of units and classes: one file, of which a
 * share of each class is drawn for testing, or a folder with two, whose names end with `train` and `test`.
 *
 * @throws MyelinError if it cannot be read
 * @throws FormatError if a file is damaged or has another layout, a unit is beyond `units` or a class not in `classNames`
 * @example const train = (await openSpikeFiles("my-spikes", { units: 64 })).open("train");
 */
export async function openSpikeFiles(file: string, options: SpikeFilesOptions = {}): Promise<SpikeFiles> {
  checkText("openSpikeFiles.file", file);
  const checked = checkOptions<SpikeFilesOptions>("openSpikeFiles", options, KNOWN);
  checkSplitOptions("openSpikeFiles", checked);
  const { units: stated, classNames: stored, ...division } = checked;
  if (stated !== undefined) checkInteger("openSpikeFiles.units", stated, { min: 1, max: MOST_UNITS });
  const name = path.basename(path.resolve(file));
  const files = await ownFiles(file, "spikes in HDF5", /\.(h5|hdf5|he5)$/i);
  const read = (own: string) => readSpikesFile(own, { name: own, units: stated ?? MOST_UNITS });
  const parts =
    "whole" in files ? [await read(files.whole)] : [await read(files.train), await read(files.test)];
  const units = stated ?? 1 + largestUnit(parts);
  const classNames = classesOf(
    file,
    parts.flatMap((part) => namesThatOccur(part)),
    stored,
  );
  const [train, test] = parts.map((part) => relabelled(part, { name, units, classNames }));
  const drawn = test === undefined ? drawSplit(file, train!, division) : undefined;
  return {
    ...{ name, classNames, units },
    open: (split) => (drawn ? selectSpikes(train!, drawn[split]) : split === "train" ? train! : test!),
  };
}

/** The names of classes, those without one by their numbers. */
function namesOf({ classNames }: SpikeDataset): string[] {
  return classNames.map((name, label) => (name === "" ? String(label) : name));
}

/** Classes that have a name, or a sample. */
function namesThatOccur(part: SpikeDataset): string[] {
  const there = new Set(part.labels);
  return namesOf(part).filter((_, label) => part.classNames[label] !== "" || there.has(label));
}

function largestUnit(parts: readonly SpikeDataset[]): number {
  let largest = -1;
  for (const { unitIds } of parts) for (const unit of unitIds) if (unit > largest) largest = unit;
  if (largest >= 0) return largest;
  throw new FormatError(
    "openSpikeFiles: expected spikes, got none. Say how many units there are with units.",
  );
}

interface Renamed {
  readonly name: string;
  readonly units: number;
  readonly classNames: readonly string[];
}

function relabelled(part: SpikeDataset, { name, units, classNames }: Renamed): SpikeDataset {
  const own = namesOf(part);
  const places = own.map((className) => classNames.indexOf(className));
  const { times, unitIds, offsets, sources } = part;
  const labels = Uint32Array.from(part.labels, (label) => places[label]!);
  return spikeDataset({
    name,
    units,
    classNames,
    labels,
    times,
    unitIds,
    offsets,
    ...(sources && { sources }),
  });
}
