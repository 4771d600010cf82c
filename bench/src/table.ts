/** Standings as text: a line for one peer, a row of a table for several. */
import { median } from "./measure.ts";
import type { Standing } from "./peer.ts";

/** Ratio of one peer, with its range over the rounds, times, threads and memory. */
export function comparisonLine(workload: string, [ours, peer]: readonly Standing[]): string {
  if (!ours || !peer) return `${workload.padEnd(26)} the peer does not know this workload`;
  const memory = ({ peakMiB }: Standing): string => (peakMiB === undefined ? "?" : peakMiB.toFixed(0));
  return [
    workload.padEnd(26),
    `${ratioOf(peer)}x (${rangeOf(peer)})`.padEnd(20),
    `${ours.ms.toFixed(1)} ms`.padStart(10),
    `peer ${peer.ms.toFixed(1)} ms with ${peer.threads} thread(s)`.padStart(32),
    `memory ${memory(ours)} / ${memory(peer)} MiB`.padStart(28),
  ].join(" ");
}

/** The head of a table in Markdown. */
export function tableHead(names: readonly string[]): string {
  const columns = ["workload", "ms", "threads", ...names];
  return [columns, columns.map(() => "---")].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Time over ours of each contender, `-` where it does not know the workload. */
export function tableRow(workload: string, names: readonly string[], standings: readonly Standing[]): string {
  const [ours] = standings;
  const ratios = names.map((name) => {
    const found = standings.find((standing) => standing.name === name);
    return found ? `${ratioOf(found)} (${rangeOf(found)})` : "-";
  });
  const cells = [workload, ours?.ms.toFixed(1) ?? "-", String(ours?.threads ?? "-"), ...ratios];
  return `| ${cells.join(" | ")} |`;
}

function ratioOf({ ratios }: Standing): string {
  return median(ratios).toFixed(2);
}

function rangeOf({ ratios }: Standing): string {
  return `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
}
