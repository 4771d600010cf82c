/** Parameters behind a loss that no optimiser has: they would not learn, and nobody would know. */
import { describeShape, type Tensor } from "../engine/index.ts";
import { warn } from "../warnings.ts";

/** Parameters of all optimisers, and those that were warned of. */
const [claimed, warned] = [new WeakSet<Tensor>(), new WeakSet<Tensor>()];

/** Notes that an optimiser has these parameters. */
export function claimParameters(parameters: readonly Tensor[]): void {
  for (const parameter of parameters) claimed.add(parameter);
}

/**
 * Warns of parameters that got a gradient in the running step and are in no optimiser, of each once.
 *
 * @param symbol the optimiser that makes its step
 * @param parameters what it has
 */
export function warnOfForgotten(symbol: string, parameters: readonly Tensor[]): void {
  const leaves = [...(parameters[0]?.engine.tape.leaves ?? [])];
  const forgotten = leaves.filter((leaf) => leaf.isPersistent && !claimed.has(leaf) && !warned.has(leaf));
  if (forgotten.length === 0) return;
  for (const leaf of forgotten) warned.add(leaf);
  const shapes = forgotten.map(({ shape }) => describeShape(shape)).join(", ");
  warn(
    `${symbol}.step: expected every parameter behind the loss in an optimiser, got ${forgotten.length} in none, of shapes ${shapes}. ` +
      "They do not learn: keep layers in properties of the network, or set requiresGrad = false on them.",
  );
}
