import { createEngine, useEngine } from "@myelin/core";
import { REAL_WORKLOADS, WORKLOADS } from "./workloads.ts";

export interface Measurement {
  readonly workload: string;
  readonly threads: number;
  /** Median wall time of a step. */
  readonly ms: number;
  readonly samplesPerSecond: number;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Median wall time of a step after one warm-up step, in an engine of its own. */
export async function measure(workload: string, threads: number, repeats: number): Promise<Measurement> {
  const all = { ...WORKLOADS, ...REAL_WORKLOADS };
  const make = all[workload];
  if (!make) {
    throw new Error(`bench: expected one of ${Object.keys(all).join(", ")}, got "${workload}".`);
  }
  const engine = await createEngine({ threads, seed: 1 });
  useEngine(engine);
  const { batch, step } = await make(engine);
  await step();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  await engine.dispose();
  const ms = median(times);
  return { workload, threads, ms, samplesPerSecond: (batch / ms) * 1000 };
}
