import { ShapeError } from "@myelin/core";
import { describeValue, isPlainObject, refuse } from "@myelin/core/checks";
import { EVENT_DROP_KINDS, eventDrop } from "./event-drop.ts";
import { denoise, refractory, removeHotPixels } from "./noise-filters.ts";
import { crop, downsample } from "./resize.ts";
import { flip, roll, rotate, shift } from "./spatial.ts";
import { polarityFlip, randomSlice, timeJitter } from "./time.ts";
import type { EventTransform } from "./transform.ts";

/** What an option of a transform takes; its range is checked where the transform is made. */
export type TransformOption =
  | { readonly type: "number" }
  /** One of these words. */
  | { readonly type: "word"; readonly words: readonly string[] }
  /** A list of some of these words. */
  | { readonly type: "words"; readonly words: readonly string[] }
  /** One of these words, or two numbers [x, y]. */
  | { readonly type: "place"; readonly words: readonly string[] };

/** How a recipe names and makes a transform. */
export interface EventTransformEntry {
  readonly options: Readonly<Record<string, TransformOption>>;
  /** Makes the transform; options of the right types whose values do not fit end in a ShapeError. */
  readonly create: (options: Readonly<Record<string, unknown>>) => EventTransform;
}

const number: TransformOption = { type: "number" };

/** Every event transform by its name in recipes. */
export const EVENT_TRANSFORMS: Readonly<Record<string, EventTransformEntry>> = {
  downsample: entry(downsample, { factor: number, width: number, height: number }),
  crop: entry(crop, {
    width: number,
    height: number,
    at: { type: "place", words: ["center", "random"] },
  }),
  flip: entry(flip, { axis: { type: "word", words: ["x", "y"] }, p: number }),
  roll: entry(roll, { max: number }),
  shift: entry(shift, { max: number }),
  rotate: entry(rotate, { degrees: number }),
  timeJitter: entry(timeJitter, { sdUs: number }),
  polarityFlip: entry(polarityFlip, { p: number }),
  eventDrop: entry(eventDrop, { kinds: { type: "words", words: EVENT_DROP_KINDS } }),
  randomSlice: entry(randomSlice, { lengthUs: number, events: number }),
  denoise: entry(denoise, { windowUs: number }),
  refractory: entry(refractory, { periodUs: number }),
  removeHotPixels: entry(removeHotPixels, { maxRateHz: number, deviations: number }),
};

/**
 * Makes a transform from its name and options that come from outside, such as a recipe.
 *
 * @throws ShapeError for an unknown name, an unknown option, or a value of the wrong type or out of range
 * @example createEventTransform("roll", { max: 5 })
 */
export function createEventTransform(
  name: string,
  options: Readonly<Record<string, unknown>> = {},
): EventTransform {
  const found =
    typeof name === "string" && Object.hasOwn(EVENT_TRANSFORMS, name) ? EVENT_TRANSFORMS[name] : undefined;
  if (!found) {
    throw new ShapeError(
      `createEventTransform: expected the name of an event transform, got ${describeValue(name)}. ` +
        `There are ${Object.keys(EVENT_TRANSFORMS).join(", ")}.`,
    );
  }
  if (!isPlainObject(options)) refuse(name, "an options object", options);
  for (const [key, value] of Object.entries(options)) checkOption(name, found, key, value);
  return found.create(options);
}

/** The options were checked against the table, except for ranges and for which are needed: the factory does that. */
function entry<Options>(
  factory: (options: Options) => EventTransform,
  options: EventTransformEntry["options"],
): EventTransformEntry {
  return { options, create: (given) => factory(given as Options) };
}

function checkOption(name: string, { options }: EventTransformEntry, key: string, value: unknown): void {
  const rule = Object.hasOwn(options, key) ? options[key] : undefined;
  if (!rule) {
    throw new ShapeError(
      `${name}: expected only the options ${Object.keys(options).join(", ")}, got "${key}". Check its spelling.`,
    );
  }
  if (fits(rule, value)) return;
  throw new ShapeError(
    `${name}.${key}: expected ${describe(rule)}, got ${describeValue(value)}. Check the recipe.`,
  );
}

function fits(rule: TransformOption, value: unknown): boolean {
  const isWord = (word: unknown) => rule.type !== "number" && rule.words.some((known) => known === word);
  switch (rule.type) {
    case "number":
      return typeof value === "number";
    case "word":
      return isWord(value);
    case "words":
      return Array.isArray(value) && value.every(isWord);
    case "place":
      return (
        isWord(value) ||
        (Array.isArray(value) && value.length === 2 && value.every((n) => typeof n === "number"))
      );
  }
}

function describe(rule: TransformOption): string {
  switch (rule.type) {
    case "number":
      return "a number";
    case "word":
      return rule.words.join(" or ");
    case "words":
      return `a list of some of ${rule.words.join(", ")}`;
    case "place":
      return `${rule.words.join(", ")} or [x, y]`;
  }
}
