import { checkArray, checkNumber } from "../checks.ts";
import { LARGEST_FLOAT32, type Tensor } from "../engine/index.ts";
import { OPTIMIZER_DEFAULTS } from "./defaults.ts";
import { optimizerOptions } from "./group-options.ts";
import { checkGroup, type GroupOptions, Optimizer } from "./optimizer.ts";
import type { GroupSpec } from "./group-options.ts";

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions extends GroupOptions {
  /** Decay of the mean of gradients and of their squares, 0 <= beta < 1. */
  betas: readonly [number, number];
  /** Added to the root of the mean square, > 0. */
  eps: number;
}

type Parameters = readonly Tensor[] | readonly GroupSpec<AdamOptions>[];

/** What Adam and AdamW share; they differ in where the weight decay acts. */
abstract class AdamFamily extends Optimizer<AdamOptions> {
  readonly #decoupled: boolean;

  constructor(kind: string, decoupled: boolean, parameters: Parameters, options: AdamOptions) {
    super(kind, parameters, options, () => ["m", "v"]);
    this.#decoupled = decoupled;
  }

  /** Its square has to be a float32: a mean of squares that is infinite would hold the parameter for ever. */
  override get largestGradient(): number {
    return Math.sqrt(LARGEST_FLOAT32);
  }

  protected check(options: AdamOptions): void {
    const name = this.kind;
    checkGroup(name, options);
    checkArray(`${name}.betas`, options.betas, "two numbers such as [0.9, 0.999]");
    checkNumber(`${name}.betas[0]`, options.betas[0], { min: 0, below: 1 });
    checkNumber(`${name}.betas[1]`, options.betas[1], { min: 0, below: 1 });
    checkNumber(`${name}.eps`, options.eps, { above: 0 });
  }

  protected momentumOf(options: AdamOptions): number {
    return options.betas[0];
  }

  protected setMomentum(options: AdamOptions, momentum: number): void {
    options.betas = [momentum, options.betas[1]];
  }

  protected update(
    options: AdamOptions,
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    count: number,
  ): void {
    const { lr, betas, eps, weightDecay } = options;
    const [beta1, beta2] = betas;
    const kernelOptions = { lr, beta1, beta2, eps, weightDecay, decoupled: this.#decoupled, step: count };
    const { m, v } = slots as { readonly m: Tensor; readonly v: Tensor };
    const storages = { parameter: parameter.storage, gradient: gradient.storage, m: m.storage, v: v.storage };
    parameter.engine.backend.optimiser.adam(parameter.size, storages, kernelOptions);
  }
}

/**
 * Adam, for each parameter p with gradient g at its step n = 1, 2, ...:
 *
 *   1. g = g + weightDecay p
 *   2. m = beta1 m + (1 - beta1) g
 *   3. v = beta2 v + (1 - beta2) g^2
 *   4. p = p - lr (m / (1 - beta1^n)) / (sqrt(v / (1 - beta2^n)) + eps)
 *
 * @source Kingma & Ba, ICLR 2015, algorithm 1; PyTorch `torch.optim.Adam`
 * @example const optimizer = new Adam(network.parameters(), { lr: 1e-3 });
 */
export class Adam extends AdamFamily {
  constructor(parameters: Parameters, options: Partial<AdamOptions> = {}) {
    super("Adam", false, parameters, optimizerOptions<AdamOptions>("Adam", OPTIMIZER_DEFAULTS.Adam, options));
  }
}

/**
 * Adam with decoupled weight decay: instead of step 1 of `Adam`, p = p (1 - lr weightDecay) comes first.
 *
 * @source Loshchilov & Hutter, ICLR 2019, algorithm 2; PyTorch `torch.optim.AdamW`
 * @example const optimizer = new AdamW(network.parameters(), { lr: 1e-3, weightDecay: 0.01 });
 */
export class AdamW extends AdamFamily {
  constructor(parameters: Parameters, options: Partial<AdamOptions> = {}) {
    super(
      "AdamW",
      true,
      parameters,
      optimizerOptions<AdamOptions>("AdamW", OPTIMIZER_DEFAULTS.AdamW, options),
    );
  }
}
