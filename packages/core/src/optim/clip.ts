import { checkNumber } from "../checks.ts";
import { scale, sumOfSquares, type Tensor } from "../engine/index.ts";

/**
 * Euclidean norm of all gradients together. Not finite when any gradient is not.
 */
export async function gradNorm(parameters: readonly Tensor[]): Promise<number> {
  let sum = 0;
  for (const { grad } of parameters) {
    if (grad !== undefined) sum += await sumOfSquares(grad);
  }
  return Math.sqrt(sum);
}

/**
 * Scales all gradients by maxNorm / (norm + 1e-6) when their common norm exceeds `maxNorm`.
 *
 * @returns the norm before clipping
 * @source PyTorch `clip_grad_norm_`
 */
export async function clipGradNorm(parameters: readonly Tensor[], maxNorm: number): Promise<number> {
  checkNumber("clipGradNorm.maxNorm", maxNorm, { above: 0 });
  const norm = await gradNorm(parameters);
  const factor = maxNorm / (norm + 1e-6);
  if (factor < 1) {
    for (const parameter of parameters) {
      // Not in place: two parameters may share one gradient.
      if (parameter.grad !== undefined) parameter.grad = scale(parameter.grad, factor);
    }
  }
  return norm;
}
