/**
 * Optimiser updates with PyTorch's meaning and order of operations.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { OptimiserBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `OptimiserBackend`. */
export const optimiser: OnArrays<OptimiserBackend> = {
  /**
   * Stochastic gradient descent with momentum (Sutskever et al., 2013):
   *
   *   1. g = gradient + weightDecay p
   *   2. m = momentum m + (1 - dampening) g        (m = g in the first step)
   *   3. d = g + momentum m (nesterov) | m         (g without momentum)
   *   4. p = p - lr d
   */
  sgd(length, { parameter, gradient, momentum }, options) {
    for (let i = 0; i < length; i++) {
      const g = gradient[i]! + options.weightDecay * parameter[i]!;
      let direction = g;
      if (momentum) {
        const m = options.firstStep ? g : options.momentum * momentum[i]! + (1 - options.dampening) * g;
        momentum[i] = m;
        direction = options.nesterov ? g + options.momentum * m : m;
      }
      parameter[i]! -= options.lr * direction;
    }
  },

  /**
   * Adam (Kingma & Ba, 2015, algorithm 1) and AdamW (Loshchilov & Hutter, 2019, algorithm 2), n = 1, 2, ...:
   *
   *   1. decoupled: p = p - lr weightDecay p, g = gradient;  otherwise g = gradient + weightDecay p
   *   2. m = beta1 m + (1 - beta1) g
   *   3. v = beta2 v + (1 - beta2) g^2
   *   4. p = p - lr / (1 - beta1^n) * m / (sqrt(v) / sqrt(1 - beta2^n) + eps)
   */
  adam(length, { parameter, gradient, m, v }, options) {
    const { lr, beta1, beta2, eps, weightDecay, decoupled, step } = options;
    const correction1 = 1 - beta1 ** step;
    const correction2 = 1 - beta2 ** step;
    for (let i = 0; i < length; i++) {
      let g = gradient[i]!;
      if (decoupled) parameter[i]! -= lr * weightDecay * parameter[i]!;
      else g += weightDecay * parameter[i]!;
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g ** 2;
      parameter[i]! -= ((lr / correction1) * m[i]!) / (Math.sqrt(v[i]! / correction2) + eps);
    }
  },
};
