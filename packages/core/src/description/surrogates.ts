import { checkOneOf, checkOptions } from "../checks.ts";
import {
  atan,
  fastSigmoid,
  piecewiseQuadratic,
  rectangle,
  sigmoid,
  type SurrogateChoice,
  type SurrogateName,
  triangle,
} from "../neurons/index.ts";
import type { SurrogateDescription } from "./neuron-choice.ts";

const FACTORIES = { atan, sigmoid, piecewiseQuadratic, triangle, rectangle, fastSigmoid };

/** The surrogate of a description, as neurons take it. Which texts are expressions they know themselves. */
export function surrogateOf(
  where: string,
  described: SurrogateDescription | undefined,
): SurrogateChoice | undefined {
  if (described === undefined || typeof described === "string") return described;
  const { type, alpha } = checkOptions(where, described, { type: true, alpha: true }, '{ type: "atan" }');
  const make = FACTORIES[checkOneOf(`${where}.type`, type, Object.keys(FACTORIES) as SurrogateName[])];
  return make(alpha === undefined ? {} : { alpha });
}
