import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { record } from "../autograd.ts";
import type { DropoutDraw, DropoutSize } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireBatch, sequenceSize, standsInTime } from "./arguments.ts";

/**
 * Sets values to zero with probability `p` and divides the others by `1 - p`.
 *
 * @param x f32 [T, B, ...], or samples without a time axis, [B, N] or images [B, C, H, W]
 * @param options `constantOverTime`: one mask a sample for all steps; `key`: same key, same mask
 * @throws ShapeError when `x` has no batch axis
 */
export function dropout(x: Tensor, options: DropoutDraw): Tensor {
  const owner = scopeOr("dropout");
  requireBatch(owner, x);
  checkOptions(
    owner,
    options,
    { p: true, constantOverTime: true, key: true },
    "{ p: 0.5, constantOverTime: true, key: 1 }",
  );
  checkNumber(`${owner}.p`, options.p, { min: 0, below: 1 });
  checkBoolean(`${owner}.constantOverTime`, options.constantOverTime);
  checkInteger(`${owner}.key`, options.key, {});
  const size = dropoutSize(x);
  const { engine } = x;
  const y = engine.empty(x.shape, x.format);
  engine.backend.dropout.apply(size, { x: x.storage, y: y.storage }, options);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    engine.backend.dropout.apply(size, { x: (gy as Tensor).storage, y: gx.storage }, options);
    return [gx];
  });
  return y;
}

function dropoutSize(x: Tensor): DropoutSize {
  const { steps, size } = sequenceSize(x);
  const batch = x.shape[standsInTime(x) ? 1 : 0] as number;
  const features = size / batch;
  const { channels, positions } = x.imageSize() ?? { channels: features, positions: 1 };
  return { steps, batch, channels, positions };
}
