import type { PixelNormalisation } from "@myelin/core/runs";
import { MyelinError } from "@myelin/core";
import {
  compose,
  horizontalFlip,
  randomAffine,
  randomCrop,
  type ImagePreparation,
  type Transform,
} from "@myelin/data";
import { callPart, type Parts } from "../../plugins/index.ts";
import { optionsIn, type ImageDataRecipe } from "../../recipe/index.ts";

/** Mean and standard deviation of the training pixels, as the original papers of the methods use them. */
const PUBLISHED: Readonly<Partial<Record<ImageDataRecipe["name"], PixelNormalisation>>> = {
  mnist: { mean: [0.1307], std: [0.3081] },
  "fashion-mnist": { mean: [0.286], std: [0.353] },
  cifar10: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
};

/**
 * How pixels are prepared for the network, and how training samples are changed.
 *
 * @param measured mean and standard deviation of images of one's own
 */
export function imagePreparation(
  recipe: ImageDataRecipe,
  own: Parts["transforms"],
  measured?: PixelNormalisation,
): ImagePreparation {
  return { normalise: normalisationOf(recipe, measured), transform: augmentation(recipe, own) };
}

/** Mean and standard deviation of each channel by which pixels are normalised; undefined if they are not. */
export function normalisationOf(
  { normalise, name }: ImageDataRecipe,
  measured?: PixelNormalisation,
): PixelNormalisation | undefined {
  return normalise === false ? undefined : normalise === true ? (PUBLISHED[name] ?? measured) : normalise;
}

/** Random changes of the training samples; undefined if there are none. */
function augmentation({ augment }: ImageDataRecipe, own: Parts["transforms"]): Transform | undefined {
  const { crop, flip, affine } = augment;
  const transforms = [
    ...(affine === undefined ? [] : [randomAffine(affine)]),
    ...(crop === undefined ? [] : [randomCrop(crop)]),
    ...(flip ? [horizontalFlip()] : []),
    ...(augment.own ?? []).map((recipe) => ownTransform(recipe, own)),
  ];
  return transforms.length === 0 ? undefined : compose(...transforms);
}

function ownTransform(recipe: { readonly type: string }, own: Parts["transforms"]): Transform {
  const part = own[recipe.type];
  if (part === undefined) throw new MyelinError(`transform: expected one of a plugin, got "${recipe.type}".`);
  return callPart(`transform ${recipe.type}`, () => part.transform(optionsIn(recipe, "type")));
}
