import type { Model } from "../equations/index.ts";

/** What a layer computes, for those who write it elsewhere. The values of parameters are properties of the layer. */
export interface NeuronDescription {
  readonly name: string;
  /** One assignment per line; equal neurons have equal texts. */
  readonly equations: string;
  /** The states with their values at rest. */
  readonly state: Readonly<Record<string, number | string>>;
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A layer whose equations can be read: one of `defineNeuron`, and all built-in neurons. */
export interface DescribedNeuron {
  readonly description: NeuronDescription;
}

/** A model as its layers describe themselves. */
export function describeModel({
  name,
  text: equations,
  states,
  parameters,
  inputs,
  outputs,
}: Model): NeuronDescription {
  const state = Object.fromEntries(states.map(({ name: state, rest }) => [state, rest]));
  return { name, equations, state, parameters, inputs, outputs: outputs.map((output) => output.name) };
}
