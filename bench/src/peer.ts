import { type Finished, run } from "./child.ts";
import type { Contender } from "./contenders.ts";
import { median } from "./measure.ts";

/** One contender on one workload, at its better number of threads. */
export interface Standing {
  readonly name: string;
  readonly threads: number;
  readonly ms: number;
  /** Its time over the first contender's, by round: above 1 the first is faster. */
  readonly ratios: readonly number[];
  readonly peakMiB: number | undefined;
}

interface Turn {
  readonly ms: number;
  readonly repeats: number | undefined;
  readonly peakMiB: number | undefined;
}

/**
 * Measures all contenders in turn, `rounds` times, each in a process of its own and on one thread and on `threads`.
 * All run as many steps as the first.
 *
 * @returns the standing of each that knows the workload, in their order
 */
export async function compare(
  workload: string,
  contenders: readonly Contender[],
  threads: number,
  repeats: number | undefined,
  rounds: number,
): Promise<Standing[]> {
  const counts = [...new Set([1, threads])];
  const turns = new Map<string, Turn[]>();
  let steps = repeats;
  for (let round = 0; round < rounds; round++) {
    for (const { name, command } of contenders) {
      for (const count of counts) {
        const taken = await turn(command, workload, count, steps);
        if (!taken) break;
        steps ??= taken.repeats;
        const key = `${name} ${count}`;
        turns.set(key, [...(turns.get(key) ?? []), taken]);
      }
    }
  }
  const best = contenders.flatMap(({ name }) => {
    const measured = counts.flatMap((count) => {
      const each = turns.get(`${name} ${count}`);
      return each ? [{ name, threads: count, each, ms: median(each.map(({ ms }) => ms)) }] : [];
    });
    return measured.sort((a, b) => a.ms - b.ms).slice(0, 1);
  });
  const first = best[0]?.each ?? [];
  return best.map(({ each, ...standing }) => ({
    ...standing,
    ratios: each.map(({ ms }, round) => ms / (first[round] as Turn).ms),
    peakMiB: peak(each),
  }));
}

/** @returns nothing where the program does not know the workload, and says so by printing nothing */
async function turn(
  command: readonly string[],
  workload: string,
  threads: number,
  repeats: number | undefined,
): Promise<Turn | undefined> {
  const options = ["--only", workload, "--threads", String(threads)];
  if (repeats !== undefined) options.push("--repeats", String(repeats));
  const [program = "", ...rest] = command;
  const finished: Finished = await run(program, [...rest, ...options]);
  const line = finished.stdout.trim().split("\n").at(-1);
  if (!line) return undefined;
  return { ...(JSON.parse(line) as Pick<Turn, "ms" | "repeats">), peakMiB: finished.peakMiB };
}

function peak(turns: readonly Turn[]): number | undefined {
  const known = turns.flatMap(({ peakMiB }) => peakMiB ?? []);
  return known.length > 0 ? median(known) : undefined;
}
