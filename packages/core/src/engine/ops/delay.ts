import { checkInteger, checkOptions } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { isRecorded, record } from "../autograd.ts";
import type { DelayKernel, DelayMemory, DelaySize } from "../backend/index.ts";
import { checkTensor } from "../check-tensor.ts";
import { refuseInStream } from "../streaming.ts";
import type { Tensor } from "../tensor.ts";
import { describeShape } from "../tensor.ts";
import {
  checkDelayOptions,
  DELAY_OPTIONS,
  checkKernel,
  checkReach,
  requirePositions,
  type DelayLinearSettings,
  type DelayReach,
} from "./delay-checks.ts";
import { lastAxis, requireAxes, requirePlain, shapeError } from "./arguments.ts";
import { keepSteps, paddingInTime } from "./padding.ts";

/**
 * Linear layer whose synapses delay their input; the equations stand at `DelaySize`.
 *
 * @param x f32 [T, B, I]
 * @param weight f32 [O, I, k]
 * @param position f32 [O, I, k], or [1, I, k] for positions that all outputs share
 * @returns f32 [T + (Kd - 1) / 2, B, O], or [T, B, O] with `keepLength`
 * @throws ShapeError when `x` is not [T, B, I]
 */
export function delayLinear(
  x: Tensor,
  weight: Tensor,
  position: Tensor,
  options: DelayLinearSettings,
): Tensor {
  const owner = scopeOr("delayLinear");
  checkOptions(owner, options, DELAY_OPTIONS, "{ shape, sigma, rounded, maxDelay, keepLength }");
  const { maxDelay, keepLength, ...kernel } = options;
  checkDelayOptions(owner, kernel, { maxDelay, keepLength });
  checkSequence(owner, x, weight);
  requirePositions(`${owner}.position`, position, weight);
  const { input, outSteps } = delayedInput(owner, x, { maxDelay, keepLength });
  return delayProducts(input, weight, position, kernel, { outSteps, taps: maxDelay });
}

function checkSequence(owner: string, x: Tensor, weight: Tensor): void {
  requirePlain(owner, x);
  requireAxes(`${owner}.weight`, weight, "[O, I, k]", x);
  const inputs = weight.shape[1] as number;
  if (x.shape.length !== 3 || lastAxis(x) !== inputs) {
    shapeError(
      owner,
      `a sequence [T, B, ${inputs}]`,
      x.shape,
      `The weight is ${describeShape(weight.shape)}.`,
    );
  }
}

/** A sequence ready for delays, and how many steps it leaves with. */
export interface DelayedInput {
  readonly input: Tensor;
  readonly outSteps: number;
}

/**
 * Silences what a padded sequence holds behind the end of its samples, as delays would carry it into steps that
 * count, and tells the running step that its sequences grow.
 */
export function delayedInput(
  owner: string,
  x: Tensor,
  { maxDelay, keepLength }: Pick<DelayLinearSettings, "maxDelay" | "keepLength">,
): DelayedInput {
  refuseInStream(owner);
  const steps = x.shape[0] as number;
  const outSteps = keepLength ? steps : steps + (maxDelay - 1) / 2;
  const padding = paddingInTime(owner, x);
  if (padding === undefined) return { input: x, outSteps };
  x.engine.padding?.lengthen(padding, outSteps);
  return { input: keepSteps(x, padding), outSteps };
}

/** `delayLinear` for any number of steps in and out; the shapes are right. */
export function delayProducts(
  x: Tensor,
  weight: Tensor,
  position: Tensor,
  kernel: DelayKernel,
  reach: DelayReach,
): Tensor {
  requireAxes("delayProducts", x, "[T, B, I]", x);
  requireAxes("delayProducts.weight", weight, "[O, I, k]", x);
  requirePositions("delayProducts.position", position, weight);
  checkKernel("delayProducts", kernel);
  checkReach("delayProducts", reach);
  const { engine } = x;
  const [steps = 0, batch = 0] = x.shape;
  const [outputs = 0, inputs = 0, kernelCount = 0] = weight.shape;
  const sharedPositions = position.shape[0] === 1 && outputs > 1;
  const size: DelaySize = { ...reach, steps, batch, inputs, outputs, kernelCount, sharedPositions };
  const y = engine.empty([reach.outSteps, batch, outputs]);
  const parts = [x, weight, position];
  const given = { x: x.storage, weight: weight.storage, position: position.storage };
  const spec = { kernel, keep: isRecorded(parts) };
  const memory = engine.backend.delay.forward(size, { ...given, y: y.storage }, spec);
  record(parts, [y], ([gy]) => delayBackward(size, kernel, [x, weight, position], gy as Tensor, memory));
  return y;
}

function delayBackward(
  size: DelaySize,
  kernel: DelayKernel,
  [x, weight, position]: readonly [Tensor, Tensor, Tensor],
  gy: Tensor,
  memory: DelayMemory | undefined,
): (Tensor | undefined)[] {
  const { engine } = x;
  const gx = x.requiresGrad ? engine.empty(x.shape) : undefined;
  const gWeight = weight.requiresGrad ? engine.empty(weight.shape) : undefined;
  const gPosition = position.requiresGrad && !kernel.rounded ? engine.empty(position.shape) : undefined;
  const given = { x: x.storage, weight: weight.storage, position: position.storage, gy: gy.storage };
  const wanted = { gx: gx?.storage, gWeight: gWeight?.storage, gPosition: gPosition?.storage };
  engine.backend.delay.backward(size, { ...given, ...wanted }, { kernel, memory });
  return [gx, gWeight, gPosition];
}

/** Moves positions that are beyond the largest or smallest delay back to it, in place; see `delayLinear`. */
export function clampPositions(position: Tensor, maxDelay: number): void {
  checkTensor("clampPositions", position);
  checkInteger("clampPositions.maxDelay", maxDelay, { min: 1 });
  const most = (maxDelay - 1) / 2;
  const buffers = { x: position.storage, out: position.storage };
  position.engine.backend.elementwise.clamp(position.size, buffers, { least: -most, most });
  position.changed();
}
