/**
 * npm run bench -- [--only NAME,...] [--threads N] [--repeats R] [--json] [--peer COMMAND [--rounds R]] [--peak] [--activity] [--updates]
 *
 * Median wall time of a warm training step of each workload. With --peer the same workloads of another
 * program are measured in turn with ours, as many steps of both, and the ratio is printed, with the peak
 * of resident memory of both.
 */
import { Command } from "commander";
import { activityReport } from "./activity.ts";
import { measure, type Measurement } from "./measure.ts";
import { peakReport } from "./peak.ts";
import { compare, type Comparison } from "./peer.ts";
import { updatesReport } from "./updates.ts";
import { WORKLOADS } from "./workloads.ts";

interface Options {
  readonly only?: string;
  readonly threads: string;
  readonly repeats?: string;
  readonly rounds: string;
  readonly json?: boolean;
  readonly peer?: string;
  readonly peak?: boolean;
  readonly activity?: boolean;
  readonly updates?: boolean;
}

const options = new Command("bench")
  .option("--only <names>", "comma-separated workloads")
  .option("--threads <n>", "threads", "2")
  .option("--repeats <n>", "steps to take the median of (a second of them, at least 5, when absent)")
  .option("--rounds <n>", "with --peer: how often both are measured in turn", "3")
  .option("--json", "one JSON line per workload")
  .option("--peer <command>", "compare with a program of the same options and output")
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
  for (const workload of options.only?.split(",") ?? Object.keys(WORKLOADS)) await report(workload);
}

async function report(workload: string): Promise<void> {
  const threads = Number(options.threads);
  const repeats = options.repeats === undefined ? undefined : Number(options.repeats);
  if (options.peer) {
    const row = await compare(workload, options.peer.split(" "), threads, repeats, Number(options.rounds));
    console.log(options.json ? JSON.stringify(row) : comparisonLine(row));
  } else {
    const row = await measure(workload, threads, repeats);
    console.log(options.json ? JSON.stringify(row) : measurementLine(row));
  }
}

function measurementLine({ workload, ms, samplesPerSecond }: Measurement): string {
  const columns = [`${ms.toFixed(2)} ms`.padStart(12), `${samplesPerSecond.toFixed(1)}/s`.padStart(11)];
  return [workload.padEnd(26), ...columns].join(" ");
}

function comparisonLine(row: Comparison): string {
  const spread = `${Math.min(...row.ratios).toFixed(2)}..${Math.max(...row.ratios).toFixed(2)}`;
  const memory = (mib: number | undefined): string => (mib === undefined ? "?" : mib.toFixed(0));
  return [
    row.workload.padEnd(26),
    `${row.ratio.toFixed(2)}x (${spread})`.padEnd(20),
    `${row.ms.toFixed(1)} ms`.padStart(10),
    `peer ${row.peerMs.toFixed(1)} ms with ${row.peerThreads} thread(s)`.padStart(32),
    `memory ${memory(row.peakMiB)} / ${memory(row.peerPeakMiB)} MiB`.padStart(28),
  ].join(" ");
}
