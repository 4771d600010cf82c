import type { SumPlan } from "./communicator.ts";
import { nodesOf, ownParts, sumInTree, type Span } from "./tree.ts";

/** What moves bytes between processes; both calls have to be made by all of them in the same order. */
export interface Exchange {
  readonly rank: number;
  readonly size: number;
  /** Sends `send[r]` to each rank r and fills `receive[r]` with what that one sends here. */
  exchange(send: readonly Uint8Array[], receive: readonly Uint8Array[]): Promise<void>;
}

/**
 * `Communicator.sum` on top of an exchange. Each process adds up one segment of the values, so that it sends and gets
 * about twice their bytes, however many processes there are.
 */
export async function sumBy(exchange: Exchange, values: Float32Array, plan: SumPlan): Promise<void> {
  const { rank, size } = exchange;
  if (size === 1) return;
  const ranks = Array.from({ length: size }, (_, r) => r);
  const nodes = ranks.map((r) => nodesOf(ownParts(plan.parts, r, size), plan.parts));
  const segments = ranks.map((r) => ownParts(plan.length, r, size));
  const count = (nodes[rank] as readonly Span[]).length;
  const brought = nodes.map((each) => new Float32Array(each.length * lengthOf(segments[rank] as Span)));
  const cut = segments.map((segment) => cutOut(values, count, plan.length, segment));
  await exchange.exchange(cut.map(bytesOf), brought.map(bytesOf));
  const sum = sumInTree(
    nodes.flatMap((each, r) => leavesOf(each, brought[r] as Float32Array)),
    plan.parts,
  );
  const results = segments.map(({ from, to }) => bytesOf(values.subarray(from, to)));
  const own = bytesOf(sum);
  await exchange.exchange(
    ranks.map(() => own),
    results,
  );
}

/** One segment of each of `nodes` arrays that lie one behind the other. */
function cutOut(values: Float32Array, nodes: number, length: number, { from, to }: Span): Float32Array {
  // What is received overwrites `values` only after all of it was sent.
  if (nodes === 1) return values.subarray(from, to);
  const cut = new Float32Array(nodes * (to - from));
  for (let n = 0; n < nodes; n++) {
    cut.set(values.subarray(n * length + from, n * length + to), n * (to - from));
  }
  return cut;
}

function leavesOf(nodes: readonly Span[], values: Float32Array): (Span & { values: Float32Array })[] {
  const length = values.length / Math.max(1, nodes.length);
  return nodes.map((node, n) => ({ ...node, values: values.subarray(n * length, (n + 1) * length) }));
}

function lengthOf({ from, to }: Span): number {
  return to - from;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
