import { FormatError } from "@myelin/core";
import {
  compose,
  horizontalFlip,
  loadDataset,
  randomAffine,
  randomCrop,
  selectSamples,
  splitDataset,
  type BatchOptions,
  type ImageDataset,
  type Normalisation,
  type Transform,
} from "@myelin/data";
import type { DataRecipe, Recipe } from "../recipe/index.ts";

/** The samples of a run, split as its recipe says. */
export interface Splits {
  readonly train: ImageDataset;
  readonly validation: ImageDataset | undefined;
  readonly test: ImageDataset;
}

/**
 * Loads the data of a recipe.
 *
 * @throws MyelinError if it is not there; the message says how to get it
 */
export async function loadSplits({ data, seed }: Recipe, dataDir?: string): Promise<Splits> {
  const load = async (split: "train" | "test"): Promise<ImageDataset> =>
    limited(await loadDataset(data.name, { split, dataDir }), data.limit);
  const [all, test] = await Promise.all([load("train"), load("test")]);
  if (data.validation === 0) return { train: all, validation: undefined, test };
  return { ...splitDataset(all, { validation: data.validation, seed }), test };
}

/** The first `limit` samples, or all. */
export function limited(dataset: ImageDataset, limit: number | undefined): ImageDataset {
  if (limit === undefined || limit >= dataset.count) return dataset;
  return selectSamples(
    dataset,
    Array.from({ length: limit }, (_, index) => index),
  );
}

/** Mean and standard deviation of the training pixels, as the original papers of the methods use them. */
const PUBLISHED: Readonly<Record<DataRecipe["name"], Normalisation>> = {
  mnist: { mean: [0.1307], std: [0.3081] },
  "fashion-mnist": { mean: [0.286], std: [0.353] },
  cifar10: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
};

/** How pixels are prepared for the network, in training and evaluation alike. */
export function preparation({ normalise, name }: DataRecipe): Pick<BatchOptions, "normalise"> {
  if (normalise === false) return {};
  return { normalise: normalise === true ? PUBLISHED[name] : normalise };
}

/** Random changes of the training samples; undefined if there are none. */
export function augmentation({ augment }: DataRecipe): Transform | undefined {
  const { crop, flip, affine } = augment;
  const transforms = [
    ...(affine === undefined ? [] : [randomAffine(affine)]),
    ...(crop === undefined ? [] : [randomCrop(crop)]),
    ...(flip ? [horizontalFlip()] : []),
  ];
  return transforms.length === 0 ? undefined : compose(...transforms);
}

/** @throws FormatError unless a data set has the size and the classes that a network was built for */
export function requireSameTask(dataset: ImageDataset, built: ImageDataset): void {
  const task = (set: ImageDataset): string =>
    `${set.channels} x ${set.height} x ${set.width} images of ${set.classes} classes`;
  if (task(dataset) === task(built)) return;
  throw new FormatError(
    `eval --data ${dataset.name}: expected ${task(built)}, as the network was trained on, got ${task(dataset)}.`,
  );
}
