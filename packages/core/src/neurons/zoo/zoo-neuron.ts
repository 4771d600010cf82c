import { defineNeuron, type NeuronClass, type NeuronDefinition } from "../define-neuron.ts";

/** Values of some of a neuron's parameters. */
export type ParameterSet = Readonly<Record<string, number>>;

/** What the zoo says of a neuron besides its equations. */
export interface ZooNotes {
  /** What it is in a few words, for lists. */
  readonly title: string;
  /** Paper and equations. */
  readonly source: string;
  /** Other names under which it is known. */
  readonly aliases?: readonly string[];
  /** An input current under which it shows what it can do, for pictures. */
  readonly current: number;
  /** Named values of its parameters, from its source. */
  readonly sets?: Readonly<Record<string, ParameterSet>>;
}

/** The class of a neuron of the zoo. */
export type ZooClass<D extends NeuronDefinition, N extends ZooNotes> = NeuronClass<D> & { readonly notes: N };

/** A neuron of the zoo: its definition, and what lists and pictures need. */
export function zooNeuron<const D extends NeuronDefinition, const N extends ZooNotes>(
  definition: D,
  notes: N,
): ZooClass<D, N> {
  return Object.assign(defineNeuron(definition), { notes });
}
