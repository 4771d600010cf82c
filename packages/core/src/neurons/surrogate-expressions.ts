import { readSurrogate, SURROGATE_EXPRESSIONS, type SurrogateModel } from "../equations/index.ts";

type BuiltInName = keyof typeof SURROGATE_EXPRESSIONS;

const expressions = new Map<BuiltInName, SurrogateModel>();

/** The expression of a built-in surrogate, read once. */
export function expressionOf(name: BuiltInName): SurrogateModel {
  let model = expressions.get(name);
  if (!model) expressions.set(name, (model = readSurrogate(name, SURROGATE_EXPRESSIONS[name], ["alpha"])));
  return model;
}
