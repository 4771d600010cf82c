import { Evaluator } from "../graph/evaluate.ts";
import { NUMBERS } from "../graph/operations.ts";
import { reverse } from "../graph/reverse.ts";
import type { Hoisted } from "./lower.ts";

/** Value of a parameter by its name. */
export type ParameterValue = (name: string) => number;

/** Computes what has left the loop, and what its gradient means for parameters, in float64. */
export class HoistedValue {
  /** Names of the parameters that it depends on. */
  readonly parameters: readonly string[];
  readonly #node: Hoisted["node"];
  readonly #evaluator: Evaluator;

  constructor({ node }: Pick<Hoisted, "node">) {
    this.#node = node;
    this.#evaluator = new Evaluator([node]);
    this.parameters = this.#evaluator.nodes.filter((inner) => inner.kind === "leaf").map(({ name }) => name);
  }

  of(parameter: ParameterValue): number {
    this.#evaluator.run(({ name }) => parameter(name));
    return this.#evaluator.valueOf(this.#node);
  }

  /** @param add gets the gradient of each parameter, where it has one */
  propagate(
    parameter: ParameterValue,
    gradient: number,
    add: (name: string, gradient: number) => void,
  ): void {
    this.of(parameter);
    const { nodes, valueOf } = this.#evaluator;
    const seeds = [[this.#node, gradient]] as const;
    // Spikes never leave the loop.
    const gradients = reverse({ algebra: NUMBERS, nodes, valueOf, seeds, surrogate: () => 0 });
    for (const [node, value] of gradients) if (node.kind === "leaf") add(node.name, value);
  }
}
