import {
  readSurrogate,
  surrogateFunction,
  type SurrogateKind,
  type SurrogateModel,
} from "../equations/index.ts";
import { NEURON_DEFAULTS, SURROGATE_ALPHA, type SurrogateName } from "./defaults.ts";
import { expressionOf } from "./surrogate-expressions.ts";
import { resolveSurrogate, type Surrogate } from "./surrogate.ts";

/** A surrogate, the name of a built-in one, or the expression of a derivative g'(u), such as `"1 / (1 + u ** 2)"`. */
// The names are for editors, which offer them; any text is allowed.
export type SurrogateChoice = Surrogate | SurrogateName | (string & {});

/** A surrogate with the expression that compiles. */
export interface EquationSurrogate {
  readonly surrogate: Surrogate;
  /** Without one the surrogate is a function of the user's. */
  readonly model: SurrogateModel | undefined;
  /** The values of the model's parameters. */
  readonly values: readonly number[];
  /** g'(u) is zero where |u| is not less; infinite unless known. */
  readonly reach: number;
}

/** The reach of a built-in surrogate times its steepness. */
const REACHES: Partial<Record<SurrogateKind, number>> = {
  piecewiseQuadratic: 1,
  triangle: 1,
  rectangle: 0.5,
};

/**
 * The surrogate of a neuron that was made of equations.
 *
 * @throws EquationError for an expression that cannot be read
 */
export function surrogateFor(
  symbol: string,
  choice: SurrogateChoice = NEURON_DEFAULTS.IF.surrogate,
): EquationSurrogate {
  if (typeof choice === "string" && !Object.hasOwn(SURROGATE_ALPHA, choice) && !/^\w+$/.test(choice)) {
    return ofExpression(symbol, choice);
  }
  const surrogate = resolveSurrogate(choice as Surrogate | SurrogateName, symbol);
  const { kind, alpha, expression } = surrogate;
  if (kind === "custom" && expression !== undefined) return ofExpression(symbol, expression);
  if (kind === "custom") return { surrogate, model: undefined, values: [], reach: Infinity };
  const reach = (REACHES[kind] ?? Infinity) / alpha;
  return { surrogate, model: expressionOf(kind), values: [alpha], reach };
}

function ofExpression(symbol: string, text: string): EquationSurrogate {
  const model = readSurrogate(symbol, text);
  const derivative = surrogateFunction(model, []);
  const surrogate: Surrogate = { name: model.text, kind: "custom", alpha: 1, derivative, expression: text };
  return { surrogate, model, values: [], reach: Infinity };
}
