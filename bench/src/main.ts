/**
 * npm run bench -- [--only NAME,...] [--threads N] [--repeats R] [--json]
 *
 * Median wall time of a training step of each workload, after one warm-up step.
 */
import { createEngine, useEngine } from "@myelin/core";
import { Command } from "commander";
import { WORKLOADS } from "./workloads.ts";

interface Options {
  readonly only?: string;
  readonly threads: string;
  readonly repeats: string;
  readonly json?: boolean;
}

const options = new Command("bench")
  .option("--only <names>", "comma-separated workloads")
  .option("--threads <n>", "threads", "2")
  .option("--repeats <n>", "steps to take the median of", "5")
  .option("--json", "one JSON line a workload")
  .parse()
  .opts<Options>();

const names = options.only?.split(",") ?? Object.keys(WORKLOADS);
const threads = Number(options.threads);

for (const workload of names) {
  const make = WORKLOADS[workload];
  if (!make) {
    console.error(`bench: expected one of ${Object.keys(WORKLOADS).join(", ")}, got "${workload}".`);
    process.exit(2);
  }
  const engine = await createEngine({ threads, seed: 1 });
  useEngine(engine);
  const { batch, step } = make(engine);
  const ms = await medianTime(step, Number(options.repeats));
  await engine.dispose();
  const samplesPerSecond = (batch / ms) * 1000;
  if (options.json) console.log(JSON.stringify({ workload, threads, ms, samplesPerSecond }));
  else
    console.log(
      `${workload.padEnd(26)} ${ms.toFixed(2).padStart(9)} ms ${samplesPerSecond.toFixed(1).padStart(10)}/s`,
    );
}

async function medianTime(step: () => Promise<void>, repeats: number): Promise<number> {
  await step();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(repeats / 2)] as number;
}
