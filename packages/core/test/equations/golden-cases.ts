/** The cases of `golden/fixtures/equations.json`: neurons as text with all their gradients. */
import { readFileSync } from "node:fs";
import {
  type Model,
  readModel,
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  type SurrogateModel,
} from "../../src/equations/index.ts";
import { GoldenCase, parseCases } from "../golden/format.ts";

export interface GoldenNeuron {
  readonly name: string;
  readonly model: Model;
  readonly surrogate: SurrogateModel;
  readonly alpha: number;
  readonly steps: number;
  readonly size: number;
  readonly channels: number;
  /** Values of each parameter: one, or one per channel. */
  readonly parameters: readonly Float64Array[];
  has(name: string): boolean;
  tensor(name: string): Float64Array;
}

interface Options {
  readonly equations: string;
  readonly state: Record<string, number>;
  readonly parameters: Record<string, { readonly value: number; readonly learnable?: boolean }>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly surrogate: keyof typeof SURROGATE_EXPRESSIONS;
  readonly alpha: number;
}

export function goldenNeurons(): GoldenNeuron[] {
  const text = readFileSync(new URL("../golden/fixtures/equations.json", import.meta.url), "utf8");
  return parseCases(text).map((value) => goldenNeuron(new GoldenCase(value)));
}

function goldenNeuron(golden: GoldenCase): GoldenNeuron {
  const { name } = golden;
  const options = golden.options as unknown as Options;
  const names = Object.keys(options.parameters);
  const [steps, batch, channels] = golden.tensor("x").shape as [number, number, number];
  const valuesOf = (parameter: string) =>
    golden.has(`param.${parameter}`)
      ? golden.tensor(`param.${parameter}`).data
      : [options.parameters[parameter]!.value];
  return {
    name,
    model: readModel({ ...options, name, parameters: names }),
    surrogate: readSurrogate("surrogate", SURROGATE_EXPRESSIONS[options.surrogate], ["alpha"]),
    ...{ alpha: options.alpha, steps, size: batch * channels, channels },
    parameters: names.map((parameter) => Float64Array.from(valuesOf(parameter))),
    has: (tensor) => golden.has(tensor),
    tensor: (tensor) => Float64Array.from(golden.tensor(tensor).data),
  };
}
