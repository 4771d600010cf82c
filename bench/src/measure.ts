import { createEngine, useEngine } from "@myelin/core";
import { MORE_WORKLOADS, WORKLOADS } from "./workloads.ts";

export interface Measurement {
  readonly workload: string;
  readonly threads: number;
  /** Median wall time of a step. */
  readonly ms: number;
  readonly samplesPerSecond: number;
  /** How many steps were measured. */
  readonly repeats: number;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Compilers of JavaScript and WebAssembly improve their code while it runs; so long steps run unmeasured. */
const WARM_UP_MS = 300;
/** Short steps are repeated for at least this long, and all at least this often. */
const MEASURED_MS = 1000;
const LEAST_REPEATS = 5;

/** Median wall time of a warm step, in an engine of its own; as many steps as make a stable one unless told. */
export async function measure(workload: string, threads: number, repeats?: number): Promise<Measurement> {
  const all = { ...WORKLOADS, ...MORE_WORKLOADS };
  const make = all[workload];
  if (!make) {
    throw new Error(`bench: expected one of ${Object.keys(all).join(", ")}, got "${workload}".`);
  }
  const engine = await createEngine({ wasm: { threads, wide: true }, seed: 1 });
  useEngine(engine);
  const { batch, step } = await make(engine);
  const timed = async (): Promise<number> => {
    const start = performance.now();
    await step();
    return performance.now() - start;
  };
  for (let spent = 0; spent < WARM_UP_MS;) spent += await timed();
  const times: number[] = [];
  for (let spent = 0; times.length < (repeats ?? LEAST_REPEATS) || (!repeats && spent < MEASURED_MS);) {
    const ms = await timed();
    times.push(ms);
    spent += ms;
  }
  await engine.dispose();
  const ms = median(times);
  return { workload, threads, ms, samplesPerSecond: (batch / ms) * 1000, repeats: times.length };
}
