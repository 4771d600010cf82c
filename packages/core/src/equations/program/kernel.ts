/** What a printer gets: the forward or the backward pass of a neuron as straight-line code for one neuron and step. */
import type { Node } from "../graph/graph.ts";

/** Memory that a kernel reads or writes. */
export interface Slot {
  readonly kind:
    /** Sequences `[steps, size]`. */
    | "input"
    | "output"
    | "kept"
    | "outputGradient"
    | "inputGradient"
    /** The u of each spike, and the derivatives of a surrogate that the host makes of it. */
    | "argument"
    | "slope"
    /** One number per neuron, `[size]`. */
    | "row"
    /** Sums over the steps of the gradient of a row. */
    | "rowGradient"
    /** What the carried values begin with; may be absent. */
    | "begin"
    /** States, or their gradients, from one step to the next; after the last step they are a result. */
    | "carried"
    /** Sums over the steps and a chunk's neurons, a float64 per sum; chunk after chunk. */
    | "sums";
  readonly name: string;
}

/** A value that is written at every step, after everything of the step has been read. */
export interface Store {
  readonly kind: "output" | "kept" | "argument" | "inputGradient" | "carried";
  readonly name: string;
  readonly node: Node;
}

/** A gradient that is added up. */
export interface Sum {
  readonly name: string;
  readonly node: Node;
}

/** A value that goes from step to step. */
export interface Carried {
  readonly name: string;
  /** The value before the first step where none is given: a constant, or a leaf that is a `uniform` or a `row`. */
  readonly rest: Node;
}

/**
 * One pass over all steps. At every step and for every neuron: compute `nodes`, then write `stores`, and add `rowSums`
 * to the neuron's rows and `sums` to numbers of the layer.
 *
 * The leaves among the nodes say where values come from: `input`, `row`, `kept`, `slope` and `outputGradient` are slots of that
 * kind, `state` and `stateGradient` are `carried`, `uniform` is one of `uniforms`.
 */
export interface Kernel {
  /** Forward goes from the first step to the last, backward the other way. */
  readonly direction: "forward" | "backward";
  /** Every value of the step, operands before what uses them. There is no `detach` and no `power` among them. */
  readonly nodes: readonly Node[];
  readonly carried: readonly Carried[];
  readonly stores: readonly Store[];
  readonly rowSums: readonly Sum[];
  readonly sums: readonly Sum[];
  /** Memory in the order in which the host passes it. */
  readonly slots: readonly Slot[];
  /** Numbers of the layer in the order in which the host passes them. */
  readonly uniforms: readonly string[];
}

/** Makes a backend's code of a kernel: WebAssembly here, WGSL for WebGPU, text for people. */
export interface Printer<Code> {
  print(kernel: Kernel): Code;
}
