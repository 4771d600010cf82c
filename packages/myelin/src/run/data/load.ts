import { MyelinError, nearestName } from "@myelin/core";
import {
  loadDataset,
  selectSamples,
  splitBySource,
  splitDataset,
  splitSequences,
  type ImageDataset,
  type SequenceDataset,
  type SequenceSplit,
  type Split,
  type SplitWithValidation,
} from "@myelin/data";
import {
  isImageData,
  isSpikeData,
  namesLike,
  type DataRecipe,
  type EventDataRecipe,
  type ImageDataRecipe,
  type Recipe,
  type SpikeDataRecipe,
} from "../../recipe/index.ts";
import { findTable, requireSameClasses } from "./data-table.ts";
import { loadEventFrames } from "./events.ts";
import { ImageSamples } from "./images.ts";
import { partOf } from "../../records/index.ts";
import type { DataTable, Samples, Splits } from "./samples.ts";
import { SequenceSamples, type LimitedSequences } from "./sequences.ts";
import { loadSpikeSequences } from "./spikes.ts";

type SequenceDataRecipe = SpikeDataRecipe | EventDataRecipe;

/**
 * Loads the data of a recipe.
 *
 * @throws MyelinError if it is not there; the message says how to get it
 */
export async function loadSplits(recipe: Recipe, dataDir?: string, stored?: DataTable): Promise<Splits> {
  const { data } = recipe;
  const table = stored ?? (await findTable(recipe));
  const test = await loadTest(recipe, { dataDir, table });
  const training = isImageData(data)
    ? await loadTrainingImages(data, recipe.seed, dataDir)
    : await loadTrainingSequences(recipe, data, { dataDir, table });
  requireSameClasses(training.train, table);
  return { ...training, test, ...(table && { table }) };
}

/** What of a recipe says how samples are prepared. */
export type Preparation = Pick<Recipe, "data" | "timeSteps" | "seed">;

/** Where data are, and what a run knows of them already. */
export interface Known {
  readonly dataDir?: string | undefined;
  readonly table?: DataTable | undefined;
}

/**
 * The test samples of a recipe, or those of another data set of the same kind prepared in the same way.
 *
 * @throws FormatError if their classes are not those of the run
 */
export async function loadTest(recipe: Preparation, known: Known = {}, name?: string): Promise<Samples> {
  const samples = await loadTestOf(recipe, known, name);
  if (name === undefined) requireSameClasses(samples, known.table);
  return samples;
}

async function loadTestOf(recipe: Preparation, known: Known, name: string | undefined): Promise<Samples> {
  const { dataDir } = known;
  const data = name === undefined ? recipe.data : otherData(recipe.data, name);
  if (isImageData(data)) {
    const all = await loadDataset(data.name, { split: "test", dataDir });
    const part = partOf(all.count, data.limitTest, "first");
    return new ImageSamples(firstImages(all, data.limitTest), data, part);
  }
  const { dataset, part } = await loadSequences(recipe, data, "test", known);
  return new SequenceSamples(dataset, { clips: clipsOf(data), part });
}

/** The same section for other data. */
function otherData(data: DataRecipe, name: string): DataRecipe {
  const names = namesLike(data);
  if (names.includes(name)) return { ...data, name } as DataRecipe;
  const match = nearestName(name, names);
  throw new MyelinError(
    `eval --data: expected data of the kind that the network was trained on (${names.join(", ")}), got "${name}".${
      match === undefined ? "" : ` Did you mean ${match}?`
    }`,
  );
}

function clipsOf(data: SequenceDataRecipe): number {
  return !isSpikeData(data) && data.frames.splitBy === "duration" ? data.frames.clips : 1;
}

function firstImages(dataset: ImageDataset, limit: number | undefined): ImageDataset {
  return limit === undefined ? dataset : selectSamples(dataset, first(dataset.count, limit));
}

/** The indices of the first `limit` samples, or of all. */
function first(count: number, limit: number): number[] {
  return Array.from({ length: Math.min(count, limit) }, (_, index) => index);
}

type Training = Pick<Splits, "train" | "validation">;

async function loadTrainingImages(
  data: ImageDataRecipe,
  seed: number,
  dataDir: string | undefined,
): Promise<Training> {
  const all = await loadDataset(data.name, { split: "train", dataDir });
  const some = firstImages(all, data.limit);
  if (data.validation === 0) return { train: new ImageSamples(some, data), validation: undefined };
  const { train, validation } = splitDataset(some, { validation: data.validation, seed });
  return { train: new ImageSamples(train, data), validation: new ImageSamples(validation, data) };
}

async function loadTrainingSequences(
  recipe: Recipe,
  data: SequenceDataRecipe,
  known: Known,
): Promise<Training> {
  const { dataset } = await loadSequences(recipe, data, "train", known);
  const { train, validation } = await holdOut(recipe, data, dataset, known.dataDir);
  return {
    train: new SequenceSamples(train),
    validation: validation && new SequenceSamples(validation),
  };
}

type MaybeSplit = Pick<SequenceSplit, "train"> & Partial<SequenceSplit>;

async function holdOut(
  recipe: Recipe,
  data: SequenceDataRecipe,
  all: SequenceDataset,
  dataDir: string | undefined,
): Promise<MaybeSplit> {
  const { validation } = data;
  if (validation === "published") {
    const { dataset } = await loadSequences(recipe, data, "validation", { dataDir });
    return { train: all, validation: dataset };
  }
  if (typeof validation !== "number") return splitBySource(all, validation.sources);
  if (validation === 0) return { train: all };
  return splitSequences(all, { validation, seed: recipe.seed });
}

async function loadSequences(
  { timeSteps = 1, seed }: Preparation,
  data: SequenceDataRecipe,
  split: SplitWithValidation,
  { dataDir, table }: Known,
): Promise<LimitedSequences> {
  if (!isSpikeData(data)) {
    // Only spike trains have a published validation part.
    return loadEventFrames(data, { split: split as Split, timeSteps, seed, dataDir, table });
  }
  const all = await loadSpikeSequences(data, split, dataDir);
  const limit = split === "train" ? data.limit : data.limitTest;
  const part = partOf(all.count, limit, "first");
  return { dataset: part === undefined ? all : all.select(first(all.count, part.used)), part };
}
