import { record } from "../autograd.ts";
import { scopeOr } from "../scope.ts";
import type { LinearSize } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import {
  lastAxis,
  requireAxes,
  requireOptional,
  requirePlain,
  separateStepsOf,
  shapeError,
} from "./arguments.ts";

/**
 * `y[..., o] = bias[o] + sum_i x[..., i] weight[o, i]`.
 *
 * @param x f32 [..., I]
 * @param weight f32 [O, I]
 * @param bias f32 [O]
 * @returns f32 [..., O]
 * @throws ShapeError when the last axis of `x` is not I
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const owner = scopeOr("linear");
  requirePlain(owner, x);
  requireAxes(`${owner}.weight`, weight, "[O, I]", x);
  const [outputs = 0, inputs = 0] = weight.shape;
  if (lastAxis(x) !== inputs) {
    shapeError(
      owner,
      `an input whose last axis is ${inputs}`,
      x.shape,
      `The weight is [${outputs}, ${inputs}].`,
    );
  }
  requireOptional(`${owner}.bias`, bias, outputs, x);
  const { engine } = x;
  const parts = bias ? [x, weight, bias] : [x, weight];
  const separateSteps = separateStepsOf(x, parts);
  const size: LinearSize = { rows: x.size / inputs, inputs, outputs, separateSteps };
  const y = engine.empty([...x.shape.slice(0, -1), outputs]);
  engine.backend.linear.forward(size, {
    x: x.storage,
    weight: weight.storage,
    bias: bias?.storage,
    y: y.storage,
  });
  record(parts, [y], ([gy]) => linearBackward(size, x, weight, bias, gy as Tensor));
  return y;
}

function linearBackward(
  size: LinearSize,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  gy: Tensor,
): (Tensor | undefined)[] {
  const { engine } = x;
  const gx = x.requiresGrad ? engine.empty(x.shape) : undefined;
  const gWeight = weight.requiresGrad ? engine.empty(weight.shape) : undefined;
  const gBias = bias?.requiresGrad ? engine.empty(bias.shape) : undefined;
  const rows = { planes: size.rows, channels: size.outputs, positions: 1 };
  const { linear, reduce } = engine.backend;
  if (gWeight) linear.weightGradient(size, { gy: gy.storage, x: x.storage, gWeight: gWeight.storage });
  if (gBias) reduce.sumPerChannel(rows, { x: gy.storage, out: gBias.storage });
  if (gx) {
    const weights = weight.storage;
    linear.usefulInputGradient(size, { gy: gy.storage, x: x.storage, weight: weights, gx: gx.storage });
  }
  return bias ? [gx, gWeight, gBias] : [gx, gWeight];
}
