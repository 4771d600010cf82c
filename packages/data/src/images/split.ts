import { holdOut, type SplitOptions } from "../hold-out.ts";
import { checkImages, selectSamples, type ImageDataset } from "./dataset.ts";

export type { SplitOptions } from "../hold-out.ts";

/**
 * Splits a data set into training and validation samples, class by class: of a class with n samples,
 * `round(validation * n)` are drawn for validation. Both parts keep the order of the data set.
 *
 * The draw depends on the seed and the labels only.
 *
 * @throws ShapeError if `validation` is not between 0 and 1 or leaves one part empty
 * @example const { train, validation } = splitDataset(dataset, { validation: 0.1, seed: 1 });
 */
export function splitDataset(
  dataset: ImageDataset,
  options: SplitOptions,
): { train: ImageDataset; validation: ImageDataset } {
  checkImages("splitDataset", dataset);
  const { train, validation } = holdOut("splitDataset", dataset, options);
  return { train: selectSamples(dataset, train), validation: selectSamples(dataset, validation) };
}
