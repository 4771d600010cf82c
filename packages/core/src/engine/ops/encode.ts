import { checkBoolean, checkInteger, checkNumber, checkOptions } from "../../checks.ts";
import { MyelinError } from "../../errors.ts";
import type { Tensor } from "../tensor.ts";
import { requireSamples, requireSequence, sequenceSize } from "./arguments.ts";
import { firstOutside } from "./reduce.ts";

/** Rounding, as of an image that was turned, may lead so far out of 0..1. */
const ROUNDING = 1e-5;

/** Intensities mean nothing outside 0..1: clamping them would only make most of them black or white. */
function requireIntensities(owner: string, x: Tensor): void {
  requireSamples(owner, x);
  const outside = firstOutside(x, { min: -ROUNDING, max: 1 + ROUNDING });
  if (outside === undefined) return;
  const hint =
    "Scale the values to 0..1 before; inputs that were normalised to mean 0 do not fit this encoder.";
  throw new MyelinError(
    `${owner}: expected values from 0 to 1, got ${outside.value} at index ${outside.index}. ${hint}`,
  );
}

function encoded(owner: string, x: Tensor, steps: number): Tensor {
  checkInteger(`${owner}.steps`, steps, { min: 1 }, "It is the number of time steps T.");
  return x.engine.empty([steps, ...x.shape], x.format);
}

/**
 * Independent spikes with probability `x` at every step.
 *
 * @param x f32 [B, N] or image [B, C, H, W], values 0..1
 * @param options `key`: 32-bit key, same key, same spikes
 * @returns f32 [T, B, ...], 0 or 1
 * @throws ShapeError when `x` stands in time already, MyelinError for a value outside 0..1
 */
export function bernoulli(x: Tensor, options: { steps: number; key: number }): Tensor {
  checkOptions("bernoulli", options, { steps: true, key: true }, "{ steps: 10, key: 1 }");
  checkInteger("bernoulli.key", options.key, {});
  requireIntensities("bernoulli", x);
  const y = encoded("bernoulli", x, options.steps);
  const size = { steps: options.steps, size: x.size };
  const spec = { key: options.key, image: x.imageSize() };
  x.engine.backend.encode.bernoulli(size, { x: x.storage, y: y.storage }, spec);
  return y;
}

/**
 * Time to first spike: one spike at `t = round((1 - x) (T - 1))` for x > 0, none for x = 0.
 *
 * @param x f32 [B, N] or image [B, C, H, W], values 0..1
 * @returns f32 [T, B, ...], 0 or 1
 * @throws ShapeError when `x` stands in time already, MyelinError for a value outside 0..1
 */
export function latency(x: Tensor, options: { steps: number }): Tensor {
  checkOptions("latency", options, { steps: true }, "{ steps: 10 }");
  requireIntensities("latency", x);
  const y = encoded("latency", x, options.steps);
  const size = { steps: options.steps, size: x.size };
  x.engine.backend.encode.latency(size, { x: x.storage, y: y.storage });
  return y;
}

/**
 * 1 where `x` rose by at least `threshold` since the step before (x[-1] = 0);
 * with `signed` also -1 where it fell as much.
 *
 * @param x f32 [T, B, ...]
 * @throws ShapeError when `x` does not stand in time
 */
export function delta(x: Tensor, options: { threshold: number; signed?: boolean }): Tensor {
  requireSequence("delta", x);
  checkOptions("delta", options, { threshold: true, signed: true }, "{ threshold: 0.1 }");
  const threshold = checkNumber("delta.threshold", options.threshold, {});
  const signed = checkBoolean("delta.signed", options.signed ?? false);
  const y = x.engine.empty(x.shape, x.format);
  const buffers = { x: x.storage, y: y.storage };
  x.engine.backend.encode.delta(sequenceSize(x), buffers, { threshold, signed });
  return y;
}
