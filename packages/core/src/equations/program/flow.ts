/** An edge, and how much more it lets through. */
interface Edge {
  readonly to: number;
  room: number;
  /** The edge that takes flow back. */
  readonly back: number;
}

/** Places joined by edges of limited capacity, for maximum flows and minimum cuts (Ford and Fulkerson). */
export class FlowNetwork {
  readonly #edges: Edge[] = [];
  /** The edges that leave each place. */
  readonly #leaving: number[][];

  constructor(places: number) {
    this.#leaving = Array.from({ length: places }, () => []);
  }

  connect(from: number, to: number, capacity: number): void {
    const first = this.#edges.length;
    this.#edges.push({ to, room: capacity, back: first + 1 }, { to: from, room: 0, back: first });
    this.#leaving[from]!.push(first);
    this.#leaving[to]!.push(first + 1);
  }

  /** Sends as much from source to sink as fits; there must be a way of finite capacity on every path. */
  fill(source: number, sink: number): void {
    for (let path; (path = this.#path(source, sink));) {
      const amount = Math.min(...path.map((edge) => this.#edges[edge]!.room));
      for (const place of path) {
        const edge = this.#edges[place]!;
        edge.room -= amount;
        this.#edges[edge.back]!.room += amount;
      }
    }
  }

  /** The places from which more could still flow to `sink`. */
  reaching(sink: number): ReadonlySet<number> {
    const found = new Set([sink]);
    for (const place of found) {
      for (const leaving of this.#leaving[place]!) {
        const { to, back } = this.#edges[leaving]!;
        if (this.#edges[back]!.room > 0) found.add(to);
      }
    }
    return found;
  }

  /** The edges of a shortest path with room. */
  #path(source: number, sink: number): number[] | undefined {
    const arrivedBy = new Map<number, number>([[source, -1]]);
    for (const place of arrivedBy.keys()) {
      for (const leaving of this.#leaving[place]!) {
        const { to, room } = this.#edges[leaving]!;
        if (room > 0 && !arrivedBy.has(to)) arrivedBy.set(to, leaving);
      }
      if (arrivedBy.has(sink)) break;
    }
    if (!arrivedBy.has(sink)) return undefined;
    const path: number[] = [];
    for (let place = sink; place !== source;) {
      const edge = arrivedBy.get(place)!;
      path.push(edge);
      place = this.#edges[this.#edges[edge]!.back]!.to;
    }
    return path;
  }
}
