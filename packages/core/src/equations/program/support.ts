/** How the u of a spike follows from what the forward pass keeps, so that one can see where its surrogate is zero. */
import { Evaluator } from "../graph/evaluate.ts";
import { type Graph, isComputed, type Node } from "../graph/graph.ts";

/** Value of a uniform by its name. */
export type UniformValue = (name: string) => number;

/** u = factor kept + offset; where a `relu` stands between them, and cuts off, u is `cut`. */
export interface SpikeSource {
  /** Place among the kept values. */
  readonly kept: number;
  /** `cut` is NaN where no `relu` is. */
  of(uniform: UniformValue): { readonly factor: number; readonly offset: number; readonly cut: number };
}

/**
 * The source of an output's spikes.
 *
 * @returns undefined for other outputs, and where u is not a kept value times a number of the layer and plus another
 */
export function spikeSource(graph: Graph, output: Node, kept: readonly Node[]): SpikeSource | undefined {
  if (!isComputed(output, "spike")) return undefined;
  let node = output.operands[0]!;
  let [factor, offset] = [graph.constant(1), graph.constant(0)];
  let cut: Node | undefined;
  const places = new Map(kept.map((value, i) => [value, i]));
  const ofLayer = (value: Node | undefined): boolean =>
    value?.kind === "constant" || (value?.kind === "leaf" && value.source === "uniform");
  while (!places.has(node)) {
    if (node.kind !== "computed") return undefined;
    const [a, b] = node.operands as [Node, Node | undefined];
    const [inner, number] = ofLayer(a) ? [b, a] : [a, b];
    if (!inner) return undefined;
    if (node.operation === "relu" && !cut) cut = offset;
    else if (!number || !ofLayer(number)) return undefined;
    else if (node.operation === "multiply") factor = graph.apply("multiply", factor, number);
    else if (node.operation === "add" || (node.operation === "subtract" && inner === a)) {
      offset = graph.apply(node.operation, offset, graph.apply("multiply", factor, number));
    } else return undefined;
    node = inner;
  }
  const place = places.get(node)!;
  const evaluator = new Evaluator([factor, offset, ...(cut ? [cut] : [])]);
  return {
    kept: place,
    of(uniform) {
      evaluator.run(({ name }) => uniform(name));
      return {
        factor: evaluator.valueOf(factor),
        offset: evaluator.valueOf(offset),
        cut: cut ? evaluator.valueOf(cut) : NaN,
      };
    },
  };
}
