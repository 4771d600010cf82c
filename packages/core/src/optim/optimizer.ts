/// <reference lib="esnext.disposable" preserve="true" />
import {
  checkArray,
  checkInteger,
  checkNumber,
  checkOptions,
  describeValue,
  isPlainObject,
  refuse,
} from "../checks.ts";
import { describeShape, LARGEST_FLOAT32, type Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { refuseUnclipped } from "./clip.ts";
import { claimParameters, warnOfForgotten } from "./forgotten.ts";
import { checkParameters, toGroups, type GroupSpec } from "./group-options.ts";

/** What schedules may change in a group. */
export interface Rates {
  /** Learning rate. */
  readonly lr: number;
  /** Momentum of SGD, beta1 of Adam. */
  readonly momentum: number;
}

/** Options that every parameter group has. */
export interface GroupOptions {
  /** Learning rate, >= 0. */
  lr: number;
  /** Strength of weight decay, >= 0. */
  weightDecay: number;
}

/** Parameters that share options; options may be changed between steps. */
export type ParameterGroup<Options> = Options & {
  readonly parameters: readonly Tensor[];
  /** Rates given at construction, from which schedules start. */
  readonly initial: Rates;
};

/** What a checkpoint keeps besides the tensors. */
export interface OptimizerState {
  readonly kind: string;
  /** Steps that each parameter has taken, in the order of the groups. */
  readonly steps: readonly number[];
  /** Present and initial options of each group. */
  readonly groups: readonly Readonly<Record<string, unknown>>[];
}

/** A number in a gradient that an optimiser cannot use, and the parameter. */
export interface UnusableGradient {
  readonly parameter: Tensor;
  readonly value: number;
}

/** A parameter whose gradient the next step uses. */
interface Due<Options> {
  readonly group: ParameterGroup<Options>;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
}

/**
 * Updates parameters in place from the gradients that `backward` left. One instance serves one network.
 * PyTorch's semantics: parameters without a gradient are left alone, and each counts its own steps.
 */
export abstract class Optimizer<Options extends GroupOptions = GroupOptions> {
  /** Name of the method, for messages and checkpoints. */
  readonly kind: string;
  readonly groups: readonly ParameterGroup<Options>[];
  readonly #parameters: readonly Tensor[];
  readonly #slots = new Map<Tensor, Readonly<Record<string, Tensor>>>();
  readonly #steps = new Map<Tensor, number>();
  /** Gradients that steps have used. */
  readonly #used = new WeakSet<Tensor>();

  /**
   * @param parameters parameters, or groups of them with options of their own
   * @param slotsOf names of the state tensors that a group's parameters need
   * @throws MyelinError for an empty list, a parameter listed twice or an option out of range
   */
  constructor(
    kind: string,
    parameters: readonly Tensor[] | readonly GroupSpec<Options>[],
    defaults: Options,
    slotsOf: (options: Options) => readonly string[],
  ) {
    this.kind = kind;
    const groups = toGroups(kind, parameters, defaults);
    for (const group of groups) this.check(group);
    this.groups = groups.map((group) => ({
      ...group,
      initial: { lr: group.lr, momentum: this.momentumOf(group) },
    }));
    this.#parameters = groups.flatMap((group) => group.parameters);
    checkParameters(kind, this.#parameters);
    refuseReplaced(kind, this.#parameters);
    claimParameters(this.#parameters);
    for (const group of groups) {
      for (const parameter of group.parameters) {
        this.#slots.set(parameter, zerosFor(parameter, slotsOf(group)));
        this.#steps.set(parameter, 0);
      }
    }
  }

  /**
   * Updates every parameter that has a gradient; the next `backward` then starts from nothing. Of parameters behind
   * the loss that are in no optimiser, and so do not learn, `onWarning` hears once.
   *
   * @throws MyelinError if no parameter has a gradient, one was replaced since the optimiser was made, `clipGradNorm` was not
   * awaited, a gradient is not finite or beyond `largestGradient`, or a group's options were set out of range; no
   * parameter has changed then
   */
  step(): void {
    refuseReplaced(`${this.kind}.step`, this.#parameters);
    refuseUnclipped(`${this.kind}.step`, this.#parameters);
    for (const group of this.groups) this.check(group);
    const due = this.#due();
    if (due.length === 0) this.#refuseNothing();
    this.#refuseUnusable(due);
    for (const { group, parameter, gradient } of due) this.#learn(group, parameter, gradient);
    warnOfForgotten(this.kind, this.#parameters);
  }

  /** The parameters with a gradient that no step has used. */
  #due(): Due<Options>[] {
    const due: Due<Options>[] = [];
    for (const group of this.groups) {
      for (const parameter of group.parameters) {
        const gradient = parameter.grad;
        if (gradient === undefined || this.#hasUsed(parameter, gradient)) continue;
        due.push({ group, parameter, gradient });
      }
    }
    return due;
  }

  #learn(group: Options, parameter: Tensor, gradient: Tensor): void {
    const count = (this.#steps.get(parameter) ?? 0) + 1;
    this.#steps.set(parameter, count);
    this.update(group, parameter, gradient, this.#slots.get(parameter) ?? {}, count);
    parameter.changed();
    this.#used.add(gradient);
    parameter.engine.gradients.spend(parameter);
  }

  /** Whether the parameter's gradient went into an earlier step, and no backward pass has come since. */
  #hasUsed(parameter: Tensor, gradient: Tensor): boolean {
    return this.#used.has(gradient) && parameter.engine.gradients.isSpent(parameter);
  }

  /** The largest gradient, in magnitude, with which a step computes in float32. */
  get largestGradient(): number {
    return LARGEST_FLOAT32;
  }

  /** The first number in a gradient that the next step would use and cannot: one beyond `largestGradient`, or NaN. */
  findUnusable(): UnusableGradient | undefined {
    return this.#firstUnusable(this.#due());
  }

  #firstUnusable(due: readonly Due<Options>[]): UnusableGradient | undefined {
    const range = { min: -this.largestGradient, max: this.largestGradient };
    for (const { parameter, gradient } of due) {
      const { reduce } = parameter.engine.backend;
      const found = reduce.findOutside(gradient.size, { x: gradient.storage }, range);
      if (found !== undefined) return { parameter, value: found.value };
    }
    return undefined;
  }

  #refuseUnusable(due: readonly Due<Options>[]): void {
    const bad = this.#firstUnusable(due);
    if (bad === undefined) return;
    const { parameter, value } = bad;
    const place = `the gradient of parameter ${this.#parameters.indexOf(parameter)}, of shape ${describeShape(parameter.shape)}`;
    throw new MyelinError(
      `${this.kind}.step: expected gradients of finite numbers up to ${this.largestGradient.toPrecision(3)}, got ${value} in ${place}. ` +
        "Look at the loss and its inputs, scale the loss, or clip with clipGradNorm.",
    );
  }

  /** Says why there is no gradient to learn from. */
  #refuseNothing(): never {
    const [expected, got, hint] = this.#parameters.some(({ grad }) => grad !== undefined)
      ? ["gradients of a backward pass since the last step", "those that it has used", "before each step"]
      : ["parameters with gradients", "none", "first, in the same step"];
    throw new MyelinError(
      `${this.kind}.step: expected ${expected}, got ${got}. Call backward(loss) ${hint}.`,
    );
  }

  /** Forgets all gradients, for instance those of a batch that shall not count. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) parameter.grad = undefined;
  }

  /** Gives the memory of the optimiser's state back at once; it refuses to be used afterwards. */
  dispose(): void {
    for (const [, value] of this.stateTensors()) value.release(`The ${this.kind} optimiser was disposed.`);
  }

  /** As `dispose`, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Sets learning rate and momentum of the group at `index`. */
  setRates(index: number, rates: Rates): void {
    checkOptions("Optimizer.setRates", rates, { lr: true, momentum: true }, "{ lr: 0.01, momentum: 0 }");
    checkNumber("Optimizer.setRates.lr", rates.lr, { min: 0 });
    checkNumber("Optimizer.setRates.momentum", rates.momentum, { min: 0 });
    checkInteger("Optimizer.setRates.index", index, { min: 0 });
    const group = this.groups[index];
    if (group === undefined) {
      refuse("Optimizer.setRates", `a group below ${this.groups.length}`, index);
    }
    group.lr = rates.lr;
    this.setMomentum(group, rates.momentum);
  }

  /** All parameters, in the order of the groups. */
  get parameters(): readonly Tensor[] {
    return this.#parameters;
  }

  /** State tensors with names such as `3.m`: the parameter's place and the slot. */
  stateTensors(): [string, Tensor][] {
    return this.#parameters.flatMap((parameter, i) =>
      Object.entries(this.#slots.get(parameter) ?? {}).map(([slot, value]): [string, Tensor] => [
        `${i}.${slot}`,
        value,
      ]),
    );
  }

  /** Counters and options; the numbers in `stateTensors` belong to them. */
  getState(): OptimizerState {
    return {
      kind: this.kind,
      steps: this.#parameters.map((parameter) => this.#steps.get(parameter) ?? 0),
      groups: this.groups.map(({ parameters: _, ...options }) => structuredCopy(options)),
    };
  }

  /**
   * Takes back what `getState` returned.
   * @throws MyelinError if it belongs to another kind of optimiser or other groups
   */
  setState(state: OptimizerState): void {
    const name = this.kind;
    const known = { kind: true, steps: true, groups: true } as const;
    checkOptions(`${name}.setState`, state, known, "that of getState()");
    checkArray(`${name}.setState.steps`, state.steps, "an array of counts");
    checkArray(`${name}.setState.groups`, state.groups, "an array of groups", (symbol, group) =>
      isPlainObject(group) ? group : refuse(symbol, "the options of a group", group),
    );
    if (state.kind !== name)
      throw new MyelinError(`${name}.setState: expected state of ${name}, got ${describeValue(state.kind)}.`);
    if (state.steps.length !== this.#parameters.length || state.groups.length !== this.groups.length) {
      const expected = `${this.#parameters.length} parameters in ${this.groups.length} groups`;
      const got = `${state.steps.length} in ${state.groups.length}`;
      throw new MyelinError(`${name}.setState: expected ${expected}, got ${got}.`);
    }
    const options = this.groups.map((group, i) => knownOptions(group, state.groups[i] ?? {}));
    for (const group of options) this.check(group);
    for (const count of state.steps) checkInteger(`${name}.setState.steps`, count, { min: 0 });
    this.#parameters.forEach((parameter, i) => this.#steps.set(parameter, state.steps[i] ?? 0));
    this.groups.forEach((group, i) => Object.assign(group, options[i]));
  }

  /** Throws if an option of the group is out of range. */
  protected abstract check(options: Options): void;
  /** What schedules call the momentum: that of SGD, beta1 of Adam. */
  protected abstract momentumOf(options: Options): number;
  /** Sets what `momentumOf` gives. */
  protected abstract setMomentum(options: Options, momentum: number): void;
  /** Updates one parameter; `count` is 1 at its first step. */
  protected abstract update(
    options: Options,
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    count: number,
  ): void;
}

/** Checks the options that all optimisers share. */
export function checkGroup(name: string, options: GroupOptions): void {
  checkNumber(`${name}.lr`, options.lr, { min: 0 }, "It is the learning rate.");
  checkNumber(`${name}.weightDecay`, options.weightDecay, { min: 0 });
}

/** What nothing uses any more would be updated for nothing. */
function refuseReplaced(symbol: string, parameters: readonly Tensor[]): void {
  const replaced = parameters.find(({ replacedBy }) => replacedBy !== undefined);
  if (replaced === undefined) return;
  const got = `one of shape ${describeShape(replaced.shape)} replaced by ${replaced.replacedBy}`;
  throw new MyelinError(
    `${symbol}: expected parameters of the network, got ${got}. Make the optimiser after sparsify.`,
  );
}

function zerosFor(parameter: Tensor, slots: readonly string[]): Readonly<Record<string, Tensor>> {
  const zeros = (): Tensor => {
    const { engine } = parameter;
    const slot = engine.persistent(parameter.shape);
    engine.backend.elementwise.fill(slot.size, { out: slot.storage }, 0);
    return slot;
  };
  return Object.fromEntries(slots.map((slot) => [slot, zeros()]));
}

/** The group's options, with those that `saved` has too taken from there. */
function knownOptions<Options>(
  group: ParameterGroup<Options>,
  saved: Readonly<Record<string, unknown>>,
): ParameterGroup<Options> {
  const known = Object.entries(structuredCopy(saved)).filter(([key]) => key !== "parameters" && key in group);
  return { ...group, ...Object.fromEntries(known) };
}

function structuredCopy(options: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(options)) as Record<string, unknown>;
}
