import { fileURLToPath } from "node:url";
import { type Finished, run } from "./child.ts";
import { median } from "./measure.ts";

/** Ours and the peer's on one workload, measured turn by turn. */
export interface Comparison {
  readonly workload: string;
  readonly ms: number;
  /** The peer's at its better number of threads. */
  readonly peerMs: number;
  readonly peerThreads: number;
  /** Peer's time over ours: above 1 we are faster. Median over rounds. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly peakMiB: number | undefined;
  readonly peerPeakMiB: number | undefined;
}

interface Turn {
  readonly ms: number;
  readonly repeats: number | undefined;
  readonly peakMiB: number | undefined;
}

/**
 * Measures ours and the peer's in turn, `rounds` times, each in a process of its own.
 * @param peer the command of a program that takes --threads, --only and --repeats and prints one
 *   JSON line per workload, as ours does with --json
 */
export async function compare(
  workload: string,
  peer: readonly string[],
  threads: number,
  repeats: number | undefined,
  rounds: number,
): Promise<Comparison> {
  const own = [process.execPath, fileURLToPath(new URL("main.js", import.meta.url)), "--json"];
  const counts = [...new Set([1, threads])];
  const ours: Turn[] = [];
  const theirs = new Map<number, Turn[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    const mine = await turn(own, workload, threads, repeats);
    ours.push(mine);
    for (const count of counts) theirs.get(count)?.push(await turn(peer, workload, count, mine.repeats));
  }
  const time = (turns: readonly Turn[]): number => median(turns.map(({ ms }) => ms));
  const [peerThreads, best] = [...theirs].sort(([, a], [, b]) => time(a) - time(b))[0] as [number, Turn[]];
  const ratios = best.map(({ ms }, round) => ms / (ours[round] as Turn).ms);
  return {
    ...{ workload, ms: time(ours), peerMs: time(best), peerThreads, ratio: median(ratios), ratios },
    peakMiB: peak(ours),
    peerPeakMiB: peak(best),
  };
}

async function turn(
  command: readonly string[],
  workload: string,
  threads: number,
  repeats: number | undefined,
): Promise<Turn> {
  const options = ["--only", workload, "--threads", String(threads)];
  if (repeats !== undefined) options.push("--repeats", String(repeats));
  const [program = "", ...rest] = command;
  const finished: Finished = await run(program, [...rest, ...options]);
  const line = finished.stdout.trim().split("\n").at(-1) ?? "";
  return { ...(JSON.parse(line) as Pick<Turn, "ms" | "repeats">), peakMiB: finished.peakMiB };
}

function peak(turns: readonly Turn[]): number | undefined {
  const known = turns.flatMap(({ peakMiB }) => peakMiB ?? []);
  return known.length > 0 ? median(known) : undefined;
}
