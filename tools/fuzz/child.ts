/**
 * The process that reads damaged files: `node child.mjs TARGET FIRST_SEED COUNT SLOW_MS MOST_BYTES`. It says to file
 * descriptor 3 what it does, so that the process that watches it knows which file made it hang or die.
 */
import { onWarning, Random } from "@myelin/core";
import { writeSync } from "node:fs";
import { faultOfError } from "./judge.ts";
import { mutated } from "./mutate.ts";
import { TARGETS } from "./targets/index.ts";

/** A line from the child. */
export type Line = Progress | { readonly seed: number; readonly fault: string };

/** The file that comes next, and how those before it went. */
export interface Progress {
  readonly at: number;
  readonly read: number;
  readonly refused: number;
  readonly slowestMs: number;
  readonly peakBytes: number;
}

const REPORTS = 3;
const KIBIBYTE = 1024;

const [name = "", first = "0", count = "0", slow = "0", most = "0"] = process.argv.slice(2);
const target = TARGETS.find((known) => known.name === name);
if (!target) throw new Error(`child: expected the name of a target, got ${name}`);

onWarning(() => undefined);
// Buffers would be changed in place: their slices are views.
const files = (await target.files()).map((file) => Uint8Array.from(file));
for (const file of files) await target.read(file.slice());

const sums = { read: 0, refused: 0, slowestMs: 0, peakBytes: 0 };
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  say({ at: seed, ...sums });
  const bytes = mutated(files, new Random(seed));
  const before = { cpu: process.cpuUsage(), memory: process.memoryUsage.rss(), peak: peakOf() };
  try {
    await target.read(bytes);
    sums.read++;
  } catch (error) {
    sums.refused++;
    const fault = faultOfError(error);
    if (fault !== undefined) say({ seed, fault });
  }
  const { user, system } = process.cpuUsage(before.cpu);
  const milliseconds = (user + system) / 1000;
  const peak = peakOf();
  const bytesTaken = peak > before.peak ? peak - before.memory : 0;
  if (milliseconds > Number(slow)) say({ seed, fault: `took ${Math.round(milliseconds)} ms` });
  if (bytesTaken > Number(most)) say({ seed, fault: `took ${Math.round(bytesTaken / 2 ** 20)} MiB` });
  sums.slowestMs = Math.max(sums.slowestMs, milliseconds);
  sums.peakBytes = Math.max(sums.peakBytes, bytesTaken);
}
say({ at: Number(first) + Number(count), ...sums });
process.exit();

function peakOf(): number {
  return process.resourceUsage().maxRSS * KIBIBYTE;
}

function say(line: Line): void {
  writeSync(REPORTS, `${JSON.stringify(line)}\n`);
}
