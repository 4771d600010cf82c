import {
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  surrogateFunction,
  type SurrogateModel,
} from "../equations/index.ts";
import { NEURON_DEFAULTS, SURROGATE_ALPHA } from "./defaults.ts";
import { resolveSurrogate, type Surrogate, type SurrogateName } from "./surrogate.ts";

/** A surrogate, the name of a built-in one, or the expression of a derivative g'(u), such as `"1 / (1 + u ** 2)"`. */
// The names are for editors, which offer them; any text is allowed.
export type SurrogateChoice = Surrogate | SurrogateName | (string & {});

/** A surrogate with the expression that compiles, or the function where there is none. */
export interface EquationSurrogate {
  readonly surrogate: Surrogate;
  readonly model: SurrogateModel | undefined;
  /** The values of the model's parameters. */
  readonly values: readonly number[];
  readonly derivative: ((u: number) => number) | undefined;
}

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
    const model = readSurrogate(symbol, choice);
    const derivative = surrogateFunction(model, []);
    const surrogate: Surrogate = { name: model.text, kind: "custom", alpha: 1, derivative };
    return { surrogate, model, values: [], derivative: undefined };
  }
  const surrogate = resolveSurrogate(choice as Surrogate | SurrogateName, symbol);
  const { kind, alpha, derivative } = surrogate;
  if (kind === "custom") return { surrogate, model: undefined, values: [], derivative };
  const model = readSurrogate(symbol, SURROGATE_EXPRESSIONS[kind], ["alpha"]);
  return { surrogate, model, values: [alpha], derivative: undefined };
}
