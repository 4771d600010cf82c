import { learnable, Tensor } from "@myelin/core";
import { checkArray, checkOneOf, refuse } from "@myelin/core/checks";
import type { Learnable } from "@myelin/core/neurons";

/** A number, or one per channel. */
export type NeuronNumber = number | ArrayLike<number>;

/**
 * The parameters of a definition: those that `learn` names change in training, the others do not. Their values are checked
 * where the layer is made.
 */
export function declared(
  symbol: string,
  values: Readonly<Record<string, NeuronNumber | undefined>>,
  learn: readonly string[],
): Record<string, number | Learnable> {
  const names = Object.keys(values);
  checkArray(`${symbol}.learn`, learn, "an array of names", (place, name) => checkOneOf(place, name, names));
  const entries = Object.entries(values).map(([name, value]) => {
    if (value === undefined || value instanceof Tensor)
      refuse(`${symbol}.${name}`, "a number, or one per channel", value);
    const per = typeof value === "number" ? "layer" : "channel";
    return [name, learn.includes(name) ? learnable(value, { per }) : 0] as const;
  });
  return Object.fromEntries(entries);
}
