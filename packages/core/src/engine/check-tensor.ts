import { refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import { Tensor } from "./tensor.ts";

const HINT = "Make one with `tensor(values, shape)`.";

/**
 * Requires a tensor that can still be used.
 *
 * @param symbol what is checked, such as `linear.x`
 * @param like a tensor whose engine it must share
 * @throws MyelinError for anything else, for a tensor of an ended step and for one of another engine
 */
export function checkTensor(symbol: string, value: Tensor, like?: Tensor, hint = HINT): Tensor {
  if (!(value instanceof Tensor)) refuse(symbol, "a tensor", value, hint);
  if (like !== undefined && value.engine !== like.engine) {
    throw new MyelinError(
      `${symbol}: expected tensors of one engine, got one of another. Make them after \`useEngine(engine)\`.`,
    );
  }
  return value;
}
