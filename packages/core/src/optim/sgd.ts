import { checkBoolean, checkNumber } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { OPTIMIZER_DEFAULTS } from "./defaults.ts";
import { optimizerOptions } from "./group-options.ts";
import { checkGroup, type GroupOptions, Optimizer } from "./optimizer.ts";
import type { GroupSpec } from "./group-options.ts";

/** Options of `SGD`. */
export interface SGDOptions extends GroupOptions {
  /** Share of the last update that is kept, >= 0. */
  momentum: number;
  /** Part of the gradient that momentum leaves out, 0..1. */
  dampening: number;
  /** Looks ahead along the momentum; needs momentum > 0 and no dampening. */
  nesterov: boolean;
}

/**
 * Stochastic gradient descent, for each parameter p with gradient g:
 *
 *   1. g = g + weightDecay p
 *   2. m = momentum m + (1 - dampening) g          (first step: m = g)
 *   3. g = g + momentum m (nesterov)  |  m
 *   4. p = p - lr g
 *
 * @source PyTorch `torch.optim.SGD`
 * @example const optimizer = new SGD(network.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(
    parameters: readonly Tensor[] | readonly GroupSpec<SGDOptions>[],
    options: Partial<SGDOptions> & { readonly lr: number },
  ) {
    // There is no rate that fits everywhere: the check of the group asks for one.
    const lr = undefined as unknown as number;
    const defaults = optimizerOptions<SGDOptions>("SGD", { lr, ...OPTIMIZER_DEFAULTS.SGD }, options);
    super("SGD", parameters, defaults, ({ momentum }) => (momentum > 0 ? ["momentum"] : []));
  }

  protected check(options: SGDOptions): void {
    checkGroup("SGD", options);
    checkNumber("SGD.momentum", options.momentum, { min: 0 });
    checkNumber("SGD.dampening", options.dampening, { min: 0, max: 1 });
    checkBoolean("SGD.nesterov", options.nesterov);
    if (options.nesterov && (options.momentum === 0 || options.dampening !== 0)) {
      const got = `${options.momentum} and ${options.dampening}`;
      throw new MyelinError(`SGD.nesterov: expected momentum > 0 and dampening 0, got ${got}.`);
    }
  }

  protected momentumOf(options: SGDOptions): number {
    return options.momentum;
  }

  protected setMomentum(options: SGDOptions, momentum: number): void {
    options.momentum = momentum;
  }

  protected update(
    options: SGDOptions,
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    count: number,
  ): void {
    const { lr, momentum, dampening, nesterov, weightDecay } = options;
    const kernelOptions = { lr, momentum, dampening, nesterov, weightDecay, firstStep: count === 1 };
    const buffer = slots["momentum"]?.storage;
    if (momentum > 0 && buffer === undefined) {
      throw new MyelinError(
        `SGD.momentum: expected 0 in a group that was made without momentum, got ${momentum}. Make the optimiser with it.`,
      );
    }
    const storages = { parameter: parameter.storage, gradient: gradient.storage, momentum: buffer };
    parameter.engine.backend.optimiser.sgd(parameter.size, storages, kernelOptions);
  }
}
