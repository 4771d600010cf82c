import { parseArgs } from "node:util";
import { TARGETS } from "./targets/index.ts";
import type { Target } from "./target.ts";
import { runTask, type Limits, type Outcome } from "./watch.ts";

const HELP = `npm run fuzz -- [--minutes N] [--inputs N] [--seed N] [--only NAME]

Damages files of every format and gives them to the readers, each in a process with limits on time and memory.
Ctrl+C ends the present task and reports. A finding is an error that is no MyelinError of one line, an end of the process, more than SLOW or more than MEMORY.

  --minutes N   how long (1 if left out)
  --inputs N    stop after so many files, whatever the time
  --seed N      the first file; each has a number, which makes it again
  --only NAME   one reader; to repeat a finding: --only NAME --seed N --inputs 1
  --slow N      CPU time for one file in milliseconds (2000)
  --memory N    memory for one file in MiB (512)
  --list        names the readers`;

/** Files that a child reads before it is replaced by a fresh one. */
const TASK_INPUTS = 2000;

/** Runs the command; returns its exit code, 1 if anything was found. */
export async function main(args: readonly string[], child: string): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return say(HELP);
  const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
  if (values.list || targets.length === 0) return say(TARGETS.map(({ name }) => name).join("\n"));
  const limits: Limits = {
    slowMs: Number(values.slow),
    killMs: 10 * Number(values.slow),
    mostBytes: Number(values.memory) * 2 ** 20,
  };
  const end = performance.now() + Number(values.minutes) * 60_000;
  let isStopped = false;
  process.once("SIGINT", () => (isStopped = true));
  process.once("SIGTERM", () => (isStopped = true));
  const outcomes = await campaign(child, targets, limits, {
    inputs: values.inputs === undefined ? Infinity : Number(values.inputs),
    seed: Number(values.seed),
    goesOn: () => !isStopped && (values.inputs !== undefined || performance.now() < end),
  });
  return report(outcomes);
}

const OPTIONS = {
  minutes: { type: "string", default: "1" },
  inputs: { type: "string" },
  seed: { type: "string", default: "0" },
  only: { type: "string" },
  slow: { type: "string", default: "2000" },
  memory: { type: "string", default: "512" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

interface Plan {
  readonly inputs: number;
  readonly seed: number;
  readonly goesOn: () => boolean;
}

/** Goes through the targets again and again, with the next numbers each time. */
async function campaign(
  child: string,
  targets: readonly Target[],
  limits: Limits,
  { inputs, seed, goesOn }: Plan,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const shares = targets.reduce((sum, { share = 1 }) => sum + share, 0);
  let left = inputs;
  for (let round = 0; left > 0 && goesOn(); round++) {
    for (const { name, share = 1, mayHang = false } of targets) {
      if (left <= 0 || !goesOn()) break;
      const all = outcomes.get(name);
      const firstSeed = seed + (all?.inputs ?? 0);
      const fair = Math.ceil((inputs * share) / shares);
      const count = Math.min(left, Math.ceil(TASK_INPUTS * share), fair - (all?.inputs ?? 0));
      if (count <= 0) continue;
      const outcome = await runTask(child, { target: name, firstSeed, count, mayHang }, limits);
      outcome.findings.forEach((finding) => say(describeFinding(finding)));
      outcomes.set(name, all ? merged(all, outcome) : outcome);
      left -= outcome.inputs;
    }
  }
  return outcomes;
}

function describeFinding({ target, seed, fault }: Outcome["findings"][number]): string {
  return `FOUND ${target} --seed ${seed}: ${fault}`;
}

function merged(a: Outcome, b: Outcome): Outcome {
  return {
    findings: [...a.findings, ...b.findings],
    inputs: a.inputs + b.inputs,
    read: a.read + b.read,
    refused: a.refused + b.refused,
    slowestMs: Math.max(a.slowestMs, b.slowestMs),
    peakBytes: Math.max(a.peakBytes, b.peakBytes),
    givenUp: a.givenUp + b.givenUp,
  };
}

function report(outcomes: ReadonlyMap<string, Outcome>): number {
  const row = (cells: readonly (string | number)[]) =>
    say(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(28) : String(cell).padStart(10))).join(""));
  row(["reader", "files", "read", "refused", "given up", "findings", "slowest ms", "most MiB"]);
  let inputs = 0;
  let findings = 0;
  for (const [name, outcome] of outcomes) {
    const { slowestMs, peakBytes } = outcome;
    const figures = [outcome.inputs, outcome.read, outcome.refused, outcome.givenUp, outcome.findings.length];
    row([name, ...figures, Math.round(slowestMs), Math.round(peakBytes / 2 ** 20)]);
    inputs += outcome.inputs;
    findings += outcome.findings.length;
  }
  say(`${inputs} files, ${findings} findings`);
  return findings > 0 ? 1 : 0;
}

function say(text: string): 0 {
  console.log(text);
  return 0;
}
