/** What each file imports, by path. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The groups of files that import each other, directly or by way of others, each in alphabetical order.
 *
 * @source Tarjan (1972), Depth-first search and linear graph algorithms
 */
export function circlesIn(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  function visit(file: string): void {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const target of graph.get(file)!.filter((path) => graph.has(path))) {
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(target)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || graph.get(file)!.includes(file)) circles.push(group.sort());
  }

  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}
