/**
 * Steps of optimisers.
 * One path: a pass over parameter, gradient and moments, with all constants of the step worked out before.
 * Limited by memory; a part of every workload, the largest of `dense-mlp`.
 */
import type { OptimiserBackend } from "../../backend/index.ts";
import type { Runtime } from "./runtime/runtime.ts";

export function optimiser(runtime: Runtime): OptimiserBackend {
  return {
    sgd: (length, { parameter, gradient, momentum: buffer }, options) =>
      runtime.each("sgd", length, { ...options, parameter, gradient, buffer }),
    adam(length, { parameter, gradient, m, v }, options) {
      const { lr, beta1, beta2, eps, weightDecay, decoupled, step } = options;
      runtime.each("adam", length, {
        stepSize: lr / (1 - beta1 ** step),
        rootScale: 1 / Math.sqrt(1 - beta2 ** step),
        beta1,
        beta2,
        rest1: 1 - beta1,
        rest2: 1 - beta2,
        eps,
        weightDecay: decoupled ? 0 : weightDecay,
        decay: decoupled ? 1 - lr * weightDecay : 1,
        parameter,
        gradient,
        m,
        v,
      });
    },
  };
}
