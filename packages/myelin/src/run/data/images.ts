import {
  batches,
  compose,
  horizontalFlip,
  randomAffine,
  randomCrop,
  selectSamples,
  type Batch,
  type BatchOptions,
  type ImageDataset,
  type Normalisation,
  type OrderOptions,
  type Transform,
} from "@myelin/data";
import type { ImageDataRecipe } from "../../recipe/index.ts";
import type { SamplePart } from "../../records/index.ts";
import type { Samples } from "./samples.ts";

/** Still images, prepared as a recipe says. */
export class ImageSamples implements Samples {
  readonly sequence = false;
  readonly dataset: ImageDataset;
  readonly part: SamplePart | undefined;
  readonly #recipe: ImageDataRecipe;

  /** @param part which samples of the set `dataset` holds, if not all */
  constructor(dataset: ImageDataset, recipe: ImageDataRecipe, part?: SamplePart) {
    this.dataset = dataset;
    this.part = part;
    this.#recipe = recipe;
  }

  get name(): string {
    return this.dataset.name;
  }

  get count(): number {
    return this.dataset.count;
  }

  get classes(): number {
    return this.dataset.classes;
  }

  get classNames(): readonly string[] {
    return this.dataset.classNames;
  }

  get labels(): Uint32Array {
    return this.dataset.labels;
  }

  get shape(): readonly number[] {
    const { channels, height, width } = this.dataset;
    return [channels, height, width];
  }

  plain(options: OrderOptions): Iterable<Batch> {
    return batches(this.dataset, { ...options, ...preparation(this.#recipe) });
  }

  augmented(options: OrderOptions): Iterable<Batch> {
    const transform = augmentation(this.#recipe);
    return batches(this.dataset, {
      ...options,
      ...preparation(this.#recipe),
      ...(transform && { transform }),
    });
  }

  select(indices: ArrayLike<number>): ImageSamples {
    return new ImageSamples(selectSamples(this.dataset, indices), this.#recipe);
  }
}

/** Mean and standard deviation of the training pixels, as the original papers of the methods use them. */
const PUBLISHED: Readonly<Record<ImageDataRecipe["name"], Normalisation>> = {
  mnist: { mean: [0.1307], std: [0.3081] },
  "fashion-mnist": { mean: [0.286], std: [0.353] },
  cifar10: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
};

/** How pixels are prepared for the network, in training and evaluation alike. */
function preparation({ normalise, name }: ImageDataRecipe): Pick<BatchOptions, "normalise"> {
  if (normalise === false) return {};
  return { normalise: normalise === true ? PUBLISHED[name] : normalise };
}

/** Random changes of the training samples; undefined if there are none. */
function augmentation({ augment }: ImageDataRecipe): Transform | undefined {
  const { crop, flip, affine } = augment;
  const transforms = [
    ...(affine === undefined ? [] : [randomAffine(affine)]),
    ...(crop === undefined ? [] : [randomCrop(crop)]),
    ...(flip ? [horizontalFlip()] : []),
  ];
  return transforms.length === 0 ? undefined : compose(...transforms);
}
