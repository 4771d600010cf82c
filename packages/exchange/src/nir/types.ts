import type { TensorArray } from "@myelin/core/io";

/** Numbers of a node: a parameter of each neuron, a weight, a size. A single number has the shape []. */
export interface NirArray {
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

/** A parameter of a node: numbers, or a text such as the padding "same". */
export type NirValue = NirArray | string;

/** What a file says about a node besides: texts, numbers, and groups of them. */
export interface NirMetadata {
  readonly [name: string]: NirValue | NirMetadata;
}

/** Which parameters each type of node has; those with "?" may be missing in a file. */
export const NIR_FIELDS = {
  Affine: ["weight", "bias"],
  AvgPool2d: ["kernel_size", "stride", "padding"],
  Conv1d: ["input_shape?", "weight", "stride", "padding", "dilation", "groups", "bias"],
  Conv2d: ["input_shape?", "weight", "stride", "padding", "dilation", "groups", "bias"],
  CubaLI: ["tau_syn", "tau_mem", "r", "v_leak", "w_in?"],
  CubaLIF: ["tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset?", "w_in?"],
  Delay: ["delay"],
  Flatten: ["input_type?", "start_dim?", "end_dim?"],
  I: ["r"],
  IF: ["r", "v_threshold", "v_reset?"],
  Input: ["shape"],
  LI: ["tau", "r", "v_leak"],
  LIF: ["tau", "r", "v_leak", "v_threshold", "v_reset?"],
  Linear: ["weight"],
  Output: ["shape"],
  Scale: ["scale"],
  SumPool2d: ["kernel_size", "stride", "padding"],
  Threshold: ["threshold"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A type of node; graphs in graphs are the nineteenth. */
export type NirType = keyof typeof NIR_FIELDS;

/** A node with its parameters, each in physical units: seconds, volts, ohms. */
export interface NirNode {
  readonly type: NirType;
  /** By the names of the format, such as "v_threshold". */
  readonly values: ReadonlyMap<string, NirValue>;
  readonly metadata?: NirMetadata | undefined;
}

/** From one node to another, by name; a node of several edges gets the sum of what comes. */
export type NirEdge = readonly [from: string, to: string];

/** Nodes and the edges between them: branches, sums, cycles, and graphs as nodes. */
export interface NirGraph {
  readonly type: "NIRGraph";
  readonly nodes: ReadonlyMap<string, NirNode | NirGraph>;
  readonly edges: readonly NirEdge[];
  readonly metadata?: NirMetadata | undefined;
}
