import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../../checks.ts";
import { record } from "../autograd.ts";
import type { DropoutOptions, DropoutSize } from "../backend.ts";
import type { Tensor } from "../tensor.ts";
import { requireSequence } from "./arguments.ts";

/**
 * Sets values to zero with probability `p` and divides the others by `1 - p`.
 *
 * @param x f32 [T, B, ...]
 * @param options `constantOverTime`: one mask a sample for all steps; `key`: same key, same mask
 */
export function dropout(x: Tensor, options: DropoutOptions, owner = "dropout"): Tensor {
  requireSequence(owner, x);
  checkOptions(
    owner,
    options,
    { p: true, constantOverTime: true, key: true },
    "{ p: 0.5, constantOverTime: true, key: 1 }",
  );
  checkNumber(`${owner}.p`, options.p, { min: 0, below: 1 });
  checkBoolean(`${owner}.constantOverTime`, options.constantOverTime);
  checkInteger(`${owner}.key`, options.key, {});
  const [steps = 0, batch = 0] = x.shape;
  const image = x.imageSize();
  const features = x.size / (steps * batch);
  const size: DropoutSize = {
    ...{ steps, batch },
    channels: image?.channels ?? features,
    positions: image?.positions ?? 1,
  };
  const { engine } = x;
  const y = engine.empty(x.shape, x.format);
  engine.backend.dropout(size, options, x.storage, y.storage);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    engine.backend.dropout(size, options, (gy as Tensor).storage, gx.storage);
    return [gx];
  });
  return y;
}
