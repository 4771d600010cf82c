/** A neuron ready to be compiled, for one choice of what varies, learns and is asked for. */
import type { Model } from "../model.ts";
import { type SurrogateModel, surrogateParameter } from "../surrogate.ts";
import { HoistedValue } from "./hoisted.ts";
import type { Kernel } from "./kernel.ts";
import { type Choices, lower, type Step, TABLE } from "./lower.ts";
import { passesOf, type Passes } from "./passes.ts";
import { type SpikeSource, spikeSource } from "./support.ts";

/** What programs of one model differ in; names are those in the equations. */
export interface ProgramChoices {
  /** TABLE where the host computes the derivatives. */
  readonly surrogate: SurrogateModel | typeof TABLE | undefined;
  /** Parameters with more than one value. */
  readonly rows: readonly string[];
  /** Numbers that parameters have for good. */
  readonly fixed: ReadonlyMap<string, number>;
  /** Parameters and inputs whose gradients are wanted. */
  readonly learned: readonly string[];
  readonly inputs: readonly string[];
}

/** The kernels of a neuron, each made once, when it is first needed. */
export class Program {
  /** Equal programs have equal texts. */
  readonly text: string;
  readonly step: Step;
  /** How many values per neuron and step the forward pass keeps for the backward pass. */
  readonly kept: number;
  /** How many spikes tell their u, to get derivatives from tables. */
  readonly told: number;
  /** What has left the loop, by name. */
  readonly hoisted: ReadonlyMap<string, HoistedValue>;
  /** For each output, how it follows from what is kept if it is a spike. */
  readonly sources: readonly (SpikeSource | undefined)[];
  readonly #passes: Passes;
  readonly #kernels = new Map<number, Kernel>();

  constructor(text: string, model: Model, { surrogate, rows, fixed, learned, inputs }: ProgramChoices) {
    const choices: Choices = { rows: new Set(rows), fixed };
    this.text = text;
    this.step = lower(model, surrogate, choices);
    this.#passes = passesOf(this.step, { inputs: new Set(inputs), parameters: new Set(learned) });
    this.kept = this.#passes.kept.length;
    this.told = surrogate === TABLE ? this.step.spikes.length : 0;
    this.hoisted = new Map(
      [...this.step.uniforms, ...this.step.rows].map((value) => [value.name, new HoistedValue(value)]),
    );
    this.sources = this.step.outputs.map(({ node }) => spikeSource(this.step.graph, node, this.#passes.kept));
  }

  /** @param keeps whether a backward pass will follow */
  forward(keeps: boolean): Kernel {
    return this.#kernel(keeps ? -2 : -1, () => this.#passes.forward(keeps, keeps && this.told > 0));
  }

  /** @param present bit i is set where the gradient of output i comes in */
  backward(present: number): Kernel {
    return this.#kernel(present, () => {
      const names = this.step.outputs.filter((_, i) => (present >> i) & 1).map(({ name }) => name);
      return this.#passes.backward(new Set(names));
    });
  }

  #kernel(key: number, make: () => Kernel): Kernel {
    const known = this.#kernels.get(key);
    if (known) return known;
    const kernel = make();
    this.#kernels.set(key, kernel);
    return kernel;
  }
}

const programs = new WeakMap<Model, Map<string, Program>>();

/** The program of a model with these choices; planned once. */
export function programOf(model: Model, choices: ProgramChoices): Program {
  const { surrogate, rows, fixed, learned, inputs } = choices;
  const text = JSON.stringify([
    ...[model.text, model.inputs, model.parameters, model.states.map(({ name, rest }) => [name, rest])],
    model.outputs.map(({ name }) => name),
    surrogate === TABLE ? TABLE : [surrogate?.text, surrogate?.parameters],
    ...[rows, [...fixed], learned, inputs],
  ]);
  let ofModel = programs.get(model);
  if (!ofModel) programs.set(model, (ofModel = new Map<string, Program>()));
  let program = ofModel.get(text);
  if (!program) ofModel.set(text, (program = new Program(text, model, choices)));
  return program;
}

/** Values that simplify equations: a parameter that has one of them for good is known when its neuron is compiled. */
const SIMPLE: readonly unknown[] = [0, 1];

/**
 * The parameters whose values a program may rely on.
 *
 * @param parameters the values of those that are numbers, by name
 * @param surrogate the values of the surrogate's own parameters
 */
export function fixedValues(
  parameters: Iterable<readonly [string, unknown]>,
  surrogate: SurrogateModel | undefined,
  surrogateValues: readonly number[],
): ReadonlyMap<string, number> {
  const own = surrogate?.parameters.map((name, i) => [surrogateParameter(name), surrogateValues[i]] as const);
  const all = [...parameters, ...(own ?? [])];
  return new Map(all.filter(([, value]) => SIMPLE.includes(value)) as [string, number][]);
}
