/**
 * npm run bench -- [--only NAME,...] [--threads N] [--repeats R] [--json] [--peer COMMAND | --peers PYTHON [--node NODE]] [--rounds R]
 *                  [--peak] [--activity] [--updates]
 *
 * Median wall time of a warm training step of each workload. With --peer or --peers the same workloads of other
 * programs are measured in turn with ours, as many steps of each, and ratios are printed: their time over ours.
 */
import { Command } from "commander";
import { activityReport } from "./activity.ts";
import { measure, type Measurement } from "./measure.ts";
import { peakReport } from "./peak.ts";
import { allPeers, type Contender, ours, peerOf } from "./contenders.ts";
import { compare } from "./peer.ts";
import { comparisonLine, tableHead, tableRow } from "./table.ts";
import { updatesReport } from "./updates.ts";
import { WORKLOADS } from "./workloads.ts";

interface Options {
  readonly only?: string;
  readonly threads: string;
  readonly repeats?: string;
  readonly rounds: string;
  readonly json?: boolean;
  readonly peer?: string;
  readonly peers?: string;
  readonly node?: string;
  readonly peak?: boolean;
  readonly activity?: boolean;
  readonly updates?: boolean;
}

const options = new Command("bench")
  .option("--only <names>", "comma-separated workloads")
  .option("--threads <n>", "threads", "2")
  .option("--repeats <n>", "steps to take the median of (a second of them, at least 5, when absent)")
  .option("--rounds <n>", "with peers: how often all are measured in turn", "3")
  .option("--json", "one JSON line per workload")
  .option("--peer <command>", "compare with a program of the same options and output")
  .option("--peers <python>", "compare with all peers of bench/peers, in one table")
  .option("--node <program>", "with --peers: another Node to measure this library on as well")
  .option("--peak", "only: the share of the register-tile loop's rate that dense layers reach")
  .option("--activity", "only: convolutions by the activity of their input")
  .option("--updates", "only: what changes of a sparse structure add to training")
  .parse()
  .opts<Options>();

if (options.peak) {
  console.log(await peakReport());
} else if (options.activity) {
  console.log(await activityReport());
} else if (options.updates) {
  console.log(await updatesReport(Number(options.threads)));
} else {
  const contenders = contendersOf(options);
  const isTable = options.peers !== undefined && !options.json;
  const names = contenders.slice(1).map(({ name }) => name);
  if (isTable) console.log(tableHead(names));
  for (const workload of options.only?.split(",") ?? Object.keys(WORKLOADS))
    await report(workload, contenders);
}

/** This library first, then whom it is compared with. */
function contendersOf({ peer, peers, node }: Options): Contender[] {
  const others = peers ? allPeers(peers) : peer ? [peerOf(peer)] : [];
  return [ours("Myelin"), ...(node ? [ours("on the other Node", node)] : []), ...others];
}

async function report(workload: string, contenders: readonly Contender[]): Promise<void> {
  const threads = Number(options.threads);
  const repeats = options.repeats === undefined ? undefined : Number(options.repeats);
  if (contenders.length === 1) {
    const row = await measure(workload, threads, repeats);
    console.log(options.json ? JSON.stringify(row) : measurementLine(row));
    return;
  }
  const standings = await compare(workload, contenders, threads, repeats, Number(options.rounds));
  const names = contenders.slice(1).map(({ name }) => name);
  if (options.json) console.log(JSON.stringify({ workload, standings }));
  else if (options.peers) console.log(tableRow(workload, names, standings));
  else console.log(comparisonLine(workload, standings));
}

function measurementLine({ workload, ms, samplesPerSecond }: Measurement): string {
  const columns = [`${ms.toFixed(2)} ms`.padStart(12), `${samplesPerSecond.toFixed(1)}/s`.padStart(11)];
  return [workload.padEnd(26), ...columns].join(" ");
}
