/**
 * The tree in which the parts of a step are summed. It depends on the number of parts alone, so that a sum has the same
 * bits wherever its parts were computed: n parts are those of the first half, rounded up, and those of the second.
 */

/** Parts `from` .. `to`: a node of the tree, or a run of parts that one process computes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The parts that process `rank` of `size` computes: neighbours, as evenly shared as can be. */
export function ownParts(parts: number, rank: number, size: number): Span {
  return { from: Math.floor((rank * parts) / size), to: Math.floor(((rank + 1) * parts) / size) };
}

/** The two halves of a node of more than one part. */
export function halvesOf({ from, to }: Span): readonly [Span, Span] {
  const middle = from + Math.ceil((to - from) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** The fewest nodes of the tree over `parts` parts that make up a run of them, in order. */
export function nodesOf(own: Span, parts: number): readonly Span[] {
  return nodesWithin(own, { from: 0, to: parts });
}

function nodesWithin(own: Span, node: Span): readonly Span[] {
  if (node.to <= own.from || own.to <= node.from) return [];
  if (own.from <= node.from && node.to <= own.to) return [node];
  return halvesOf(node).flatMap((half) => nodesWithin(own, half));
}

/**
 * How a process adds up its parts as they come: with each part a sum is laid on a stack, and then so often the upper
 * two are made one. At the end the stack holds the nodes of `nodesOf`.
 *
 * @returns for each of its parts, in order, how many additions follow it
 */
export function additionsAfter(own: Span, parts: number): readonly number[] {
  const additions = new Array<number>(own.to - own.from).fill(0);
  const count = (node: Span): void => {
    if (node.to - node.from < 2) return;
    additions[node.to - 1 - own.from]!++;
    for (const half of halvesOf(node)) count(half);
  };
  for (const node of nodesOf(own, parts)) count(node);
  return additions;
}

/**
 * Adds what the processes bring in the order of the tree.
 *
 * @param leaves values of the nodes of all processes, in order; they are overwritten
 * @returns the sum, which is one of `leaves`
 */
export function sumInTree(
  leaves: readonly (Span & { readonly values: Float32Array })[],
  parts: number,
): Float32Array {
  let next = 0;
  const sumOf = (node: Span): Float32Array => {
    const leaf = leaves[next];
    if (leaf?.from === node.from && leaf.to === node.to) {
      next++;
      return leaf.values;
    }
    const [left, right] = halvesOf(node).map(sumOf) as [Float32Array, Float32Array];
    addTo(left, right);
    return left;
  };
  return sumOf({ from: 0, to: parts });
}

/** `into += values`, each rounded to float32. */
export function addTo(into: Float32Array, values: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += values[i]!;
}
