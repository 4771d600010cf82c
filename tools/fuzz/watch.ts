import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Line, Progress } from "./child.ts";

/** What a child is to do. */
export interface Task {
  readonly target: string;
  readonly firstSeed: number;
  readonly count: number;
  /** A reader that hangs is given up, which is no finding. */
  readonly mayHang: boolean;
}

/** Limits for one file. */
export interface Limits {
  /** CPU time above which a file is a finding. */
  readonly slowMs: number;
  /** Time after which the child is killed. */
  readonly killMs: number;
  /** Memory above which a file is a finding, and twice of which the child is killed. */
  readonly mostBytes: number;
}

/** A file that a reader did not take as it should. `seed` makes it again. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly fault: string;
}

/** What became of a task: how far it came, and what was found. */
export interface Outcome {
  readonly findings: Finding[];
  inputs: number;
  read: number;
  refused: number;
  slowestMs: number;
  peakBytes: number;
  /** Files at which a reader that may hang was given up. */
  givenUp: number;
}

const LOOK_EVERY_MS = 100;
/** How long a child may take until it has read the whole files. */
const START_MS = 60_000;
const PAGE_BYTES = 4096;

/** Runs a task in a child process that is killed when one file takes too long or too much; the rest is run in another. */
export async function runTask(child: string, task: Task, limits: Limits): Promise<Outcome> {
  const outcome: Outcome = {
    findings: [],
    inputs: 0,
    read: 0,
    refused: 0,
    slowestMs: 0,
    peakBytes: 0,
    givenUp: 0,
  };
  let { firstSeed } = task;
  const end = task.firstSeed + task.count;
  while (firstSeed < end) {
    const { at, hung, fault } = await runChild(
      child,
      { ...task, firstSeed, count: end - firstSeed },
      limits,
      outcome,
    );
    if (hung && task.mayHang) outcome.givenUp++;
    else if (fault !== undefined) outcome.findings.push({ target: task.target, seed: at, fault });
    outcome.inputs += at + 1 - firstSeed;
    firstSeed = at + 1;
  }
  return outcome;
}

/** Returns the last file that was begun, and how the child ended if not by itself. */
async function runChild(
  child: string,
  { target, firstSeed, count, mayHang }: Task,
  { slowMs, killMs, mostBytes }: Limits,
  outcome: Outcome,
): Promise<{ readonly at: number; readonly hung?: boolean; readonly fault?: string }> {
  const args = [child, target, ...[firstSeed, count, mayHang ? Infinity : slowMs, mostBytes].map(String)];
  const patienceMs = mayHang ? slowMs : killMs;
  const running = spawn(process.execPath, args, {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    // Ctrl+C is for the process that watches.
    detached: true,
  });
  let last: Progress | undefined;
  let since = performance.now();
  let fault: string | undefined;
  let hung = false;
  let said = "";
  running.stderr!.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
  const look = setInterval(() => {
    void residentBytes(running.pid!).then((bytes) => {
      hung ||= performance.now() - since > (last ? patienceMs : START_MS);
      if (!hung && bytes < 2 * mostBytes + 2 ** 29) return;
      fault ??= hung ? `gave no answer in ${patienceMs / 1000} s` : `took ${Math.round(bytes / 2 ** 20)} MiB`;
      running.kill("SIGKILL");
    });
  }, LOOK_EVERY_MS);
  const lines = createInterface({ input: running.stdio[3] as Readable });
  lines.on("line", (text) => {
    const line = JSON.parse(text) as Line;
    if ("fault" in line) {
      outcome.findings.push({ target, ...line });
      return;
    }
    last = line;
    since = performance.now();
  });
  const code = await new Promise<number | null>((resolve) => running.on("close", resolve));
  clearInterval(look);
  if (last) add(outcome, last);
  if (code === 0) return { at: firstSeed + count - 1 };
  if (!last) throw new Error(`fuzz: expected ${target} to read whole files, got: ${said.trim()}`);
  return {
    at: last.at,
    hung,
    fault: fault ?? `ended the process (${code}): ${said.trim().split("\n").slice(0, 4).join(" | ")}`,
  };
}

function add(outcome: Outcome, line: Progress): void {
  outcome.read += line.read;
  outcome.refused += line.refused;
  outcome.slowestMs = Math.max(outcome.slowestMs, line.slowestMs);
  outcome.peakBytes = Math.max(outcome.peakBytes, line.peakBytes);
}

/** Memory of a process, where the system tells: on Linux. */
async function residentBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  return Number(text.split(" ")[1] ?? 0) * PAGE_BYTES;
}
