import { MyelinError } from "@myelin/core";
import path from "node:path";
import { nearestName } from "@myelin/core/checks";
import { createDataset, loadDataset, type Dataset, type Split, type SplitWithValidation } from "@myelin/data";
import { callPart, type Parts, partsOf } from "../../plugins/index.ts";
import {
  isEventData,
  isImageData,
  isPathData,
  isPluginData,
  namesLike,
  optionsIn,
  type DataRecipe,
  type Recipe,
} from "../../recipe/index.ts";
import { findTable, requireSameClasses } from "./data-table.ts";
import {
  measure,
  type OpenedData,
  openOwnData,
  type OpenOptions,
  type OwnSamplesRecipe,
  prepared,
  requireSameContents,
} from "./own.ts";
import { loadEventFrames } from "./events.ts";
import { imagePreparation } from "./images.ts";
import { partOf, type SamplePart } from "../../records/index.ts";
import type { Samples, Splits } from "./samples.ts";
import { loadSpikeSequences } from "./spikes.ts";

/**
 * Loads the data of a recipe.
 *
 * @param stored what a run that goes on keeps of its data
 * @throws MyelinError if it is not there; the message says how to get it
 */
export async function loadSplits(
  recipe: Recipe,
  { dataDir, table: stored, onProgress }: Known = {},
): Promise<Splits> {
  const { data } = recipe;
  const opened = readsByPart(data)
    ? await openOwnData(data, { dataDir, table: stored, onProgress })
    : undefined;
  const before = stored ?? opened?.facts ?? (await findTable(recipe));
  const known = { dataDir, table: before, opened };
  const { samples, contents } = await loadPart(recipe, data, "train", known);
  if (contents !== undefined && readsByPart(data)) requireSameContents(data, stored, contents);
  const { train, validation } = await holdOut(recipe, samples, known);
  const table = before && { ...before, ...measure(recipe, train), ...(contents && { contents }) };
  const training = {
    train: prepared(recipe, train, table),
    validation: validation && prepared(recipe, validation, table),
  };
  requireSameClasses(training.train, table);
  const test = await loadTest(recipe, { ...known, table });
  return { ...training, test, ...(table && { table }) };
}

/** What of a recipe says how samples are prepared. */
export type Preparation = Pick<Recipe, "data" | "timeSteps" | "seed" | "plugins">;

/** Where data are, and what a run knows of them already. */
export interface Known extends OpenOptions {
  /** Data of one's own that are open already. */
  readonly opened?: OpenedData | undefined;
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
  const data = name === undefined ? recipe.data : otherData(recipe.data, name);
  const { samples: stored, part } = await loadPart(recipe, data, "test", known);
  // Other data have a name of their own.
  const table = name === undefined || !known.table ? known.table : { ...known.table, data: undefined };
  const samples = prepared({ ...recipe, data }, stored, table);
  return { ...samples, clips: clipsOf(data), part };
}

/** Whether data are of one's own and read by a part at a time. */
function readsByPart(data: DataRecipe): data is OwnSamplesRecipe {
  return isPathData(data) && data.name !== "event-folder";
}

/** The same section for other data. */
function otherData(data: DataRecipe, name: string): DataRecipe {
  const names = namesLike(data);
  if (names.includes(name)) return { ...data, name } as DataRecipe;
  if (isPathData(data) && /[\\/.]/.test(name)) return { ...data, path: path.resolve(name) };
  const match = nearestName(name, names);
  const others = isPathData(data) ? "or a path such as ./other" : "";
  throw new MyelinError(
    `eval --data: expected data of the kind that the network was trained on (${names.join(", ")}${others && ` ${others}`}), got "${name}".${
      match === undefined ? "" : ` Did you mean ${match}?`
    }`,
  );
}

function clipsOf(data: DataRecipe): number {
  return isEventData(data) && data.frames.splitBy === "duration" ? data.frames.clips : 1;
}

type Training = Pick<Splits, "train" | "validation">;

async function holdOut(recipe: Recipe, samples: Dataset, known: Known): Promise<Training> {
  const { data, seed } = recipe;
  const { validation } = data;
  if (validation === 0) return { train: samples, validation: undefined };
  if (validation === "published") {
    return { train: samples, validation: (await loadPart(recipe, data, "validation", known)).samples };
  }
  return samples.split(typeof validation === "number" ? { validation, seed } : validation);
}

/** Samples of a part of a data set, and which of them these are, if not all. */
interface LoadedPart {
  readonly samples: Dataset;
  readonly part: SamplePart | undefined;
  /** A check sum of data of one's own. */
  readonly contents?: string;
}

async function loadPart(
  { timeSteps = 1, seed, plugins }: Preparation,
  data: DataRecipe,
  split: SplitWithValidation,
  { dataDir, table, opened }: Known,
): Promise<LoadedPart> {
  if (isPluginData(data)) return loadFromPlugin(partsOf(plugins), data, split as Split, dataDir);
  if (readsByPart(data)) {
    return (opened ?? (await openOwnData(data, { dataDir, table }))).part(split as Split);
  }
  if (isEventData(data)) {
    // Only spike trains have a published validation part.
    const options = { split: split as Split, timeSteps, seed, dataDir, table };
    const { dataset, part } = await loadEventFrames(data, options);
    return { samples: createDataset(dataset), part };
  }
  const all = isImageData(data)
    ? createDataset(
        await loadDataset(data.name, { split: split as Split, dataDir }),
        imagePreparation(data, partsOf(plugins).transforms),
      )
    : createDataset(await loadSpikeSequences(data, split, dataDir));
  return firstOf(all, split === "train" ? data.limit : data.limitTest);
}

/** The data set of a plugin. */
async function loadFromPlugin(
  { datasets }: Parts,
  data: DataRecipe,
  split: Split,
  dataDir: string | undefined,
): Promise<LoadedPart> {
  const { name, limit, limitTest } = data;
  const options = optionsIn(data, "name", "limit", "limitTest", "validation");
  const own = datasets[name];
  const part = `data set ${name}`;
  const found = own && (await callPart(part, () => own.load(options, { split, dataDir })));
  if (typeof (found as Partial<Dataset> | undefined)?.batches === "function") {
    return firstOf(found as Dataset, split === "train" ? limit : limitTest);
  }
  throw new MyelinError(`plugin's ${part}: expected what createDataset makes, got something else.`);
}

/** The first samples, if a limit leaves out others. */
function firstOf(all: Dataset, limit: number | undefined): LoadedPart {
  const part = partOf(all.count, limit, "first");
  if (part === undefined) return { samples: all, part };
  return { samples: all.select(Array.from({ length: part.used }, (_, index) => index)), part };
}
