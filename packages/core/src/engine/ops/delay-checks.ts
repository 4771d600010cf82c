import {
  checkBoolean,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  type KnownOptions,
  refuse,
} from "../../checks.ts";
import type { DelayKernel } from "../backend/index.ts";
import { describeShape, type Tensor } from "../tensor.ts";
import { requireAxes, shapeError } from "./arguments.ts";

/** Options of `delayLinear`. */
export interface DelayLinearSettings extends DelayKernel {
  /** Kd, the number of taps: delays reach from 0 to Kd - 1 steps; odd. */
  readonly maxDelay: number;
  /** As many steps leave as came in, instead of (Kd - 1) / 2 more. */
  readonly keepLength: boolean;
}

/** How far in time the products of `delayProducts` reach. */
export interface DelayReach {
  readonly outSteps: number;
  readonly taps: number;
}

/** The names of `DelayLinearSettings`. */
export const DELAY_OPTIONS = {
  ...({ shape: true, sigma: true, rounded: true, maxDelay: true, keepLength: true } as const),
} satisfies KnownOptions<DelayLinearSettings>;

/** Requires a bump that a delay may have. */
export function checkKernel(owner: string, kernel: DelayKernel): void {
  checkOptions(owner, kernel, { shape: true, sigma: true, rounded: true });
  checkOneOf(`${owner}.shape`, kernel.shape, ["gauss", "max"]);
  checkNumber(`${owner}.sigma`, kernel.sigma, { above: 0 }, "It is the width of the bump in time steps.");
  checkBoolean(`${owner}.rounded`, kernel.rounded);
}

/** Requires the options of a layer with delays, given as the bump and the rest. */
export function checkDelayOptions(
  owner: string,
  kernel: DelayKernel,
  { maxDelay, keepLength }: Pick<DelayLinearSettings, "maxDelay" | "keepLength">,
): void {
  checkKernel(owner, kernel);
  checkOdd(`${owner}.maxDelay`, maxDelay);
  checkBoolean(`${owner}.keepLength`, keepLength);
}

/** Requires a number of steps and of taps. */
export function checkReach(owner: string, reach: DelayReach): void {
  checkOptions(owner, reach, { outSteps: true, taps: true }, "{ outSteps: 10, taps: 5 }");
  checkInteger(`${owner}.outSteps`, reach.outSteps, { min: 1 });
  checkOdd(`${owner}.taps`, reach.taps);
}

/** Requires an odd number of taps, so that there is a middle one. */
export function checkOdd(symbol: string, taps: number): number {
  checkInteger(symbol, taps, { min: 1 });
  return taps % 2 === 1 ? taps : refuse(symbol, "an odd number of time steps", taps);
}

/** Requires positions [O, I, k], or [1, I, k] that all outputs share. */
export function requirePositions(symbol: string, position: Tensor, weight: Tensor): void {
  requireAxes(symbol, position, "[O, I, k]", weight);
  const [outputs, ...rest] = position.shape;
  const fits = outputs === 1 || outputs === weight.shape[0];
  if (fits && rest.every((n, axis) => n === weight.shape[axis + 1])) return;
  shapeError(symbol, `positions ${describeShape(weight.shape)}`, position.shape, "They fit the weight.");
}
