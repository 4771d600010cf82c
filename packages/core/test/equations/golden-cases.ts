/** The cases of `golden/fixtures/equations.json`: neurons as text with all their gradients. */
import { readFileSync } from "node:fs";
import {
  type Model,
  readModel,
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  type SurrogateModel,
} from "../../src/equations/index.ts";

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

interface Stored {
  readonly name: string;
  readonly options: {
    readonly equations: string;
    readonly state: Record<string, number>;
    readonly parameters: Record<string, { readonly value: number; readonly learnable?: boolean }>;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly surrogate: keyof typeof SURROGATE_EXPRESSIONS;
    readonly alpha: number;
  };
  readonly tensors: Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>;
}

export function goldenNeurons(): GoldenNeuron[] {
  const url = new URL("../golden/fixtures/equations.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(url, "utf8")) as { cases: Stored[] };
  return cases.map(goldenNeuron);
}

function goldenNeuron({ name, options, tensors }: Stored): GoldenNeuron {
  const names = Object.keys(options.parameters);
  const [steps, batch, channels] = tensors["x"]!.shape as [number, number, number];
  const valuesOf = (parameter: string) =>
    tensors[`param.${parameter}`]?.data ?? [options.parameters[parameter]!.value];
  return {
    name,
    model: readModel({ ...options, name, parameters: names }),
    surrogate: readSurrogate("surrogate", SURROGATE_EXPRESSIONS[options.surrogate], ["alpha"]),
    ...{ alpha: options.alpha, steps, size: batch * channels, channels },
    parameters: names.map((parameter) => Float64Array.from(valuesOf(parameter))),
    has: (tensor) => tensor in tensors,
    tensor: (tensor) => Float64Array.from(tensors[tensor]!.data),
  };
}
