/** Neurons as plain values, which a file can hold. */
import type { ALIFOptions } from "../neurons/index.ts";
import type {
  KLIFOptions,
  LeakyOptions,
  Per,
  PLIFOptions,
  SpikingOptions,
  SurrogateName,
  UniformRange,
  ZooName,
} from "../neurons/index.ts";

/** A surrogate with its steepness, its name alone, or, for neurons of equations, the expression of a derivative. */
export type SurrogateDescription =
  string | { readonly type: SurrogateName; readonly alpha?: number | undefined };

/** A parameter of equations: a number, one per channel or neuron, or one that training changes. */
export type ParameterDescription =
  | number
  | readonly number[]
  | {
      /** Where it begins. */
      readonly learnable: number | readonly number[] | UniformRange;
      readonly per?: Per | undefined;
    };

interface Shared {
  readonly surrogate?: SurrogateDescription | undefined;
}

/** What a built-in neuron computes, for readers; held against what it computes here when a network is built. */
interface Stated {
  readonly equations?: string | undefined;
}

type BuiltIn<Type extends string, Options> = { readonly type: Type } & Omit<Options, "surrogate"> &
  Shared &
  Stated;

/** A neuron of the zoo. */
export interface ZooChoice extends Shared, Stated {
  readonly type: ZooName;
  readonly parameters?: Readonly<Record<string, ParameterDescription>> | undefined;
}

/** A neuron by its equations, as `defineNeuron` takes them. */
export interface EquationsChoice extends Shared {
  readonly type: "equations";
  /** Name of its class; "neuron" unless given. */
  readonly name?: string | undefined;
  readonly equations: string;
  readonly state: Readonly<Record<string, number | string>>;
  readonly parameters?: Readonly<Record<string, ParameterDescription>> | undefined;
  readonly outputs?: readonly string[] | undefined;
}

/** A spiking neuron with its options, under the names that they have in its class. */
export type NeuronChoice =
  | BuiltIn<"IF", SpikingOptions>
  | BuiltIn<"LIF", LeakyOptions>
  | BuiltIn<"PLIF", PLIFOptions>
  | BuiltIn<"KLIF", KLIFOptions>
  | BuiltIn<"ALIF", ALIFOptions>
  | ZooChoice
  | EquationsChoice;
