import type { DatasetInfo, DatasetListing, DatasetPart } from "@myelin/data";
import { count } from "../format.ts";

/**
 * A data set in one line: how many samples of each split lie here, marked where they differ from the published numbers,
 * what they are, and where. Of a data set that is not here it has the published numbers, and says so.
 */
export function datasetLine(set: DatasetListing): string {
  const parts = Object.entries(set.parts) as [string, DatasetPart][];
  const isHere = parts.some(([, { folder }]) => folder !== undefined);
  const text = isHere ? countHere : ({ published }: DatasetPart) => count(published);
  const { train, test, validation } = set.parts;
  const counts = `${text(train)} + ${text(test)}${validation ? `, validation ${text(validation)}` : ""}`;
  const what = `${counts} ${describeSamples(set)}${isHere ? "" : ", as published"}`;
  return `${set.name.padEnd(21)} ${what}   ${isHere ? placeOf(set, parts) : notHere(set)}`;
}

function countHere({ published, here, folder }: DatasetPart): string {
  const found = here ?? (folder === undefined ? 0 : undefined);
  if (found === undefined) return `? of ${count(published)}`;
  if (found === published) return count(found);
  return `${count(found)} ${found < published ? "of" : "in place of"} ${count(published)}`;
}

/** The folders of the splits, what is wrong in them, and how to get splits that are nowhere. */
function placeOf(set: DatasetListing, parts: readonly [string, DatasetPart][]): string {
  const folders = new Set(parts.flatMap(([, { folder }]) => folder ?? []));
  const notes = parts.flatMap(([split, { folder, problem }]) => {
    if (folder === undefined) return [`${split} is ${notHere(set)}`];
    return problem === undefined ? [] : [`${split} cannot be counted: ${problem}`];
  });
  return [[...folders].join(", "), ...notes].join("; ");
}

function notHere({ getWith }: DatasetListing): string {
  return `not here; get it with: ${getWith}`;
}

/** What the samples of a data set are. */
function describeSamples(set: DatasetInfo): string {
  switch (set.kind) {
    case "images":
      return `images of ${set.channels} x ${set.height} x ${set.width}`;
    case "spikes":
      return `spike trains of ${set.units} units`;
    case "events":
      return `event recordings of ${set.width} x ${set.height}`;
  }
}
