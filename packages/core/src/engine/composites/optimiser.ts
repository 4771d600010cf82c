import type { OptimiserBackend, RequiredGroups } from "../backend/index.ts";
import { Values } from "./values.ts";

/** Steps of optimisers by arithmetic on whole tensors. */
export function optimiser(backend: RequiredGroups): OptimiserBackend {
  return {
    sgd: (_length, { parameter, gradient, momentum: buffer }, options) =>
      Values.within(backend, (v) => {
        const { lr, momentum, dampening, nesterov, weightDecay, firstStep } = options;
        let g = v.combine("add", gradient, v.affine(parameter, weightDecay));
        if (buffer) {
          const kept = v.affine(buffer, firstStep ? 0 : momentum);
          v.combine("add", kept, v.affine(g, firstStep ? 1 : 1 - dampening), buffer);
          g = nesterov ? v.combine("add", g, v.affine(buffer, momentum)) : buffer;
        }
        v.combine("subtract", parameter, v.affine(g, lr), parameter);
      }),
    adam: (_length, { parameter, gradient, m, v: squares }, options) =>
      Values.within(backend, (v) => {
        const { lr, beta1, beta2, eps, weightDecay, decoupled, step } = options;
        const g = v.combine("add", gradient, v.affine(parameter, decoupled ? 0 : weightDecay));
        v.combine("add", v.affine(m, beta1), v.affine(g, 1 - beta1), m);
        v.combine("add", v.affine(squares, beta2), v.affine(v.combine("multiply", g, g), 1 - beta2), squares);
        const root = v.affine(v.apply("sqrt", v.affine(squares, 1 / (1 - beta2 ** step))), 1, eps);
        const change = v.combine("divide", v.affine(m, lr / (1 - beta1 ** step)), root);
        const kept = v.affine(parameter, decoupled ? 1 - lr * weightDecay : 1);
        v.combine("subtract", kept, change, parameter);
      }),
  };
}
