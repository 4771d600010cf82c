/** The kernels of a neuron. */
import { type Leaf, type Node, reachable, rewrite } from "../graph/graph.ts";
import { valuesToKeep } from "./cut.ts";
import { adjointOf, withoutDetach } from "./derive.ts";
import type { Carried, Kernel, Slot, Store, Sum } from "./kernel.ts";
import type { Hoisted, Step } from "./lower.ts";

/** Which gradients are wanted. */
export interface Wanted {
  /** Inputs. */
  readonly inputs: ReadonlySet<string>;
  /** Parameters, by the names in the equations. */
  readonly parameters: ReadonlySet<string>;
}

/** The passes of a layer; they agree on what is kept. */
export interface Passes {
  /** The values of every neuron and step that the forward pass keeps for the backward pass. */
  readonly kept: readonly Node[];
  /**
   * @param keeps whether a backward pass will follow
   * @param tells whether the u of the spikes are wanted
   */
  forward(keeps: boolean, tells?: boolean): Kernel;
  /** @param outputs the outputs whose gradient comes in; for the others it is zero */
  backward(outputs: ReadonlySet<string>): Kernel;
}

/** Plans the passes of a step. */
export function passesOf(step: Step, wanted: Wanted): Passes {
  const kept = keptBy(step, wanted);
  return {
    kept,
    forward: (keeps, tells = false) => forwardKernel(step, keeps ? kept : [], tells ? step.spikes : []),
    backward: (outputs) => backwardKernel(step, kept, wanted, outputs),
  };
}

/** The forward values from which any backward pass can compute what it needs. */
function keptBy(step: Step, wanted: Wanted): Node[] {
  const all = new Set(step.outputs.map(({ name }) => name));
  const gradients = gradientsOf(step, wanted, all);
  const nodes = reachable(allOf(gradients));
  const incoming = new Set<Node>();
  const needed = new Set<Node>();
  for (const node of nodes) {
    if (node.kind === "leaf" && isIncoming(node)) incoming.add(node);
    if (node.kind !== "computed" || !node.operands.some((operand) => incoming.has(operand))) continue;
    incoming.add(node);
    for (const operand of node.operands) if (!incoming.has(operand)) needed.add(operand);
  }
  return valuesToKeep([...needed]);
}

function isIncoming({ source }: Leaf): boolean {
  return source === "outputGradient" || source === "stateGradient";
}

interface Gradients {
  readonly carried: readonly Sum[];
  readonly inputs: readonly Sum[];
  readonly rows: readonly Sum[];
  readonly uniforms: readonly Sum[];
}

function allOf({ carried, inputs, rows, uniforms }: Gradients): Node[] {
  return [...carried, ...inputs, ...rows, ...uniforms].map(({ node }) => node);
}

function gradientsOf(step: Step, wanted: Wanted, outputs: ReadonlySet<string>): Gradients {
  const adjoint = adjointOf(step, outputs);
  const { graph } = step;
  const hoisted = (source: "row" | "uniform", all: readonly Hoisted[]): Sum[] =>
    all
      .filter(({ node }) => dependsOn(node, wanted.parameters))
      .map(({ name }) => ({ name, node: adjoint.of(graph.leaf(source, name)) }))
      .filter(({ node }) => node.kind !== "constant");
  return {
    carried: step.states.map(({ name }) => ({ name, node: adjoint.of(graph.leaf("state", name)) })),
    inputs: step.inputs
      .filter((name) => wanted.inputs.has(name))
      .map((name) => ({ name, node: adjoint.of(graph.leaf("input", name)) })),
    rows: hoisted("row", step.rows),
    uniforms: hoisted("uniform", step.uniforms),
  };
}

function dependsOn(node: Node, parameters: ReadonlySet<string>): boolean {
  return reachable([node]).some((inner) => inner.kind === "leaf" && parameters.has(inner.name));
}

function forwardKernel(step: Step, kept: readonly Node[], told: readonly Node[]): Kernel {
  const roots = [...step.states.map(({ after }) => after), ...step.outputs.map(({ node }) => node), ...told];
  const values = withoutDetach(step, roots);
  const stores: Store[] = [
    ...step.outputs.map(({ name, node }) => ({ kind: "output" as const, name, node: values.get(node)! })),
    ...kept.map((node, i) => ({ kind: "kept" as const, name: String(i), node })),
    ...told.map((node, i) => ({ kind: "argument" as const, name: String(i), node: values.get(node)! })),
    ...step.states.map(({ name, after }) => ({ kind: "carried" as const, name, node: values.get(after)! })),
  ];
  return kernelOf({ direction: "forward", stores, carried: step.states, rowSums: [], sums: [] });
}

function backwardKernel(
  step: Step,
  kept: readonly Node[],
  wanted: Wanted,
  outputs: ReadonlySet<string>,
): Kernel {
  const { graph } = step;
  const gradients = gradientsOf(step, wanted, outputs);
  const places = new Map(kept.map((node, i) => [node, graph.leaf("kept", String(i))]));
  const made = rewrite(allOf(gradients), (node, operands) => {
    const place = places.get(node);
    if (place) return place;
    return node.kind === "computed" ? graph.apply(node.operation, ...operands) : node;
  });
  const fromKept = ({ name, node }: Sum): Sum => ({ name, node: made.get(node)! });
  const stores: Store[] = [
    ...gradients.inputs.map((sum) => ({ kind: "inputGradient" as const, ...fromKept(sum) })),
    ...gradients.carried.map((sum) => ({ kind: "carried" as const, ...fromKept(sum) })),
  ];
  const carried = step.states.map(({ name }) => ({ name, rest: graph.constant(0) }));
  const [rowSums, sums] = [gradients.rows.map(fromKept), gradients.uniforms.map(fromKept)];
  return kernelOf({ direction: "backward", stores, carried, rowSums, sums });
}

/** Adds what follows from the values that a kernel writes. */
function kernelOf(parts: Omit<Kernel, "nodes" | "slots" | "uniforms">): Kernel {
  const { stores, carried, rowSums, sums } = parts;
  const nodes = reachable([...stores, ...rowSums, ...sums].map(({ node }) => node));
  const rests = carried.map(({ rest }) => rest);
  const leaves = [...new Set([...nodes, ...rests])].filter((node) => node.kind === "leaf");
  const read = (source: Slot["kind"] & Leaf["source"]): Slot[] =>
    leaves.filter((leaf) => leaf.source === source).map(({ name }) => ({ kind: source, name }));
  const slots: Slot[] = [
    ...[...read("input"), ...read("kept"), ...read("slope"), ...read("outputGradient"), ...read("row")],
    ...carried.flatMap(({ name }: Carried): Slot[] => [
      { kind: "begin", name },
      { kind: "carried", name },
    ]),
    ...stores.filter(({ kind }) => kind !== "carried").map(({ kind, name }): Slot => ({ kind, name })),
    ...rowSums.map(({ name }): Slot => ({ kind: "rowGradient", name })),
    ...(sums.length > 0 ? [{ kind: "sums", name: "" } as const] : []),
  ];
  const uniforms = leaves.filter(({ source }) => source === "uniform").map(({ name }) => name);
  return { ...parts, nodes, slots, uniforms };
}
