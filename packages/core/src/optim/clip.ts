import { checkNumber } from "../checks.ts";
import { checkParameters } from "./group-options.ts";
import { scale, sumOfSquares, type Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";

/**
 * Euclidean norm of all gradients together. Not finite when any gradient is not.
 */
export async function gradNorm(parameters: readonly Tensor[]): Promise<number> {
  checkParameters("gradNorm", parameters);
  const gradients = parameters.flatMap(({ grad }) => grad ?? []);
  // Asked for together, so that a backend may serve them by one read.
  const sums = await Promise.all(gradients.map(sumOfSquares));
  return Math.sqrt(sums.reduce((total, sum) => total + sum, 0));
}

/** Parameters whose gradients are being clipped. */
const unclipped = new WeakSet<Tensor>();

/**
 * Refuses a step of an optimiser with gradients that `clipGradNorm` was not waited for to clip.
 * @param symbol the optimiser's step
 */
export function refuseUnclipped(symbol: string, parameters: readonly Tensor[]): void {
  if (!parameters.some((parameter) => unclipped.has(parameter))) return;
  throw new MyelinError(
    `${symbol}: expected clipped gradients, got some that clipGradNorm still works on. Write \`await clipGradNorm(...)\`.`,
  );
}

/**
 * Scales all gradients by maxNorm / (norm + 1e-6) when their common norm exceeds `maxNorm`. Await it: an optimiser's
 * step before it is done is an error.
 *
 * @returns the norm before clipping
 * @source PyTorch `clip_grad_norm_`
 */
export async function clipGradNorm(parameters: readonly Tensor[], maxNorm: number): Promise<number> {
  checkParameters("clipGradNorm", parameters);
  checkNumber("clipGradNorm.maxNorm", maxNorm, { above: 0 });
  for (const parameter of parameters) unclipped.add(parameter);
  try {
    const norm = await gradNorm(parameters);
    scaleGradients(parameters, maxNorm / (norm + 1e-6));
    return norm;
  } finally {
    for (const parameter of parameters) unclipped.delete(parameter);
  }
}

function scaleGradients(parameters: readonly Tensor[], factor: number): void {
  if (!(factor < 1)) return;
  for (const parameter of parameters) {
    // Not in place: two parameters may share one gradient.
    if (parameter.grad !== undefined) parameter.grad = scale(parameter.grad, factor);
  }
}
