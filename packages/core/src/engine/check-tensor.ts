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
      `${symbol}: expected a tensor of ${like.engine.label} as the others, got one of ${value.engine.label}. ` +
        "Make networks and tensors after `useEngine(engine)`, or inside `engine.step`.",
    );
  }
  // Refuses a tensor of an ended step.
  void value.storage;
  return value;
}
