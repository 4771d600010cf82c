/** In which order the nodes of a graph are computed, and where a cycle waits for the next step. */
import type { NirEdge } from "../types.ts";

/** Nodes that are computed together: one, or all of a cycle, step by step. */
export interface Stage {
  readonly names: readonly string[];
  readonly recurrent: boolean;
}

/**
 * The stages of a graph, each after those it needs. Within a cycle the order is that in which its nodes are reached
 * from outside; an edge against that order brings the value of the step before.
 */
export function stagesOf(names: readonly string[], edges: readonly NirEdge[]): Stage[] {
  const next = new Map(names.map((name): [string, string[]] => [name, []]));
  for (const [from, to] of edges) next.get(from)!.push(to);
  return components(names, next).map((members) => {
    const inside = new Set(members);
    const recurrent = members.length > 1 || next.get(members[0]!)!.includes(members[0]!);
    return { names: recurrent ? reachingOrder(inside, edges, next) : members, recurrent };
  });
}

/** Strongly connected components in topological order (Tarjan), without recursion: graphs may be deep. */
function components(names: readonly string[], next: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: string[][] = [];
  const enter = (name: string): { name: string; at: number } => {
    index.set(name, index.size);
    low.set(name, index.get(name)!);
    open.push(name);
    isOpen.add(name);
    return { name, at: 0 };
  };
  const close = (name: string): void => {
    const members: string[] = [];
    let member: string;
    do {
      member = open.pop()!;
      isOpen.delete(member);
      members.push(member);
    } while (member !== name);
    found.push(members);
  };
  for (const start of names) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    for (let place = path.at(-1); place !== undefined; place = path.at(-1)) {
      const { name } = place;
      const to = next.get(name)![place.at++];
      if (to !== undefined) {
        if (!index.has(to)) path.push(enter(to));
        else if (isOpen.has(to)) low.set(name, Math.min(low.get(name)!, index.get(to)!));
        continue;
      }
      path.pop();
      const above = path.at(-1)?.name;
      if (above !== undefined) low.set(above, Math.min(low.get(above)!, low.get(name)!));
      if (low.get(name) === index.get(name)) close(name);
    }
  }
  return found.reverse();
}

/** Depth first from the first node that an edge from outside leads to; a node comes before those it reaches later. */
function reachingOrder(
  inside: ReadonlySet<string>,
  edges: readonly NirEdge[],
  next: ReadonlyMap<string, readonly string[]>,
): string[] {
  const entry = edges.find(([from, to]) => inside.has(to) && !inside.has(from))?.[1];
  const [first] = inside;
  const start = entry ?? first!;
  const seen = new Set([start]);
  const finished: string[] = [];
  const path = [{ name: start, at: 0 }];
  for (let place = path.at(-1); place !== undefined; place = path.at(-1)) {
    const to = next.get(place.name)![place.at++];
    if (to === undefined) {
      finished.push(place.name);
      path.pop();
    } else if (inside.has(to) && !seen.has(to)) {
      seen.add(to);
      path.push({ name: to, at: 0 });
    }
  }
  return finished.reverse();
}
