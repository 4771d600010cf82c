/**
 * Runs in a worker, where a browser allows threads: the conformance cases on two threads against one, bit by bit, and
 * the golden vectors on two. Answers any message with a `ThreadReport`.
 */
import { createWasmBackend } from "../../src/engine/backends/wasm/index.ts";
import { disagreement, resultsOf } from "../conformance/bench.ts";
import { FAMILIES } from "../conformance/families.ts";
import { wasm } from "../golden/backends.ts";
import { runGoldenFile } from "../golden/runner.ts";
import { GOLDEN_FILES } from "./golden-files.ts";

/** What happened in the worker. */
export interface ThreadReport {
  /** Threads that the backend started when asked for two, and what it says about itself. */
  readonly threads: number;
  readonly description: string;
  /** Conformance cases and golden cases that ran. */
  readonly ran: number;
  readonly failures: readonly string[];
}

async function compareThreads(): Promise<ThreadReport> {
  const [one, two] = await Promise.all([
    createWasmBackend({ threads: 1 }),
    createWasmBackend({ threads: 2 }),
  ]);
  const failures: string[] = [];
  const cases = Object.values(FAMILIES).flat();
  for (const each of cases) {
    const difference = disagreement(await resultsOf(each, one), await resultsOf(each, two), 0);
    if (difference) failures.push(`${each.name}: ${difference}`);
  }
  const { threads, description } = two;
  await Promise.all([one.dispose(), two.dispose()]);
  return { threads, description, ran: cases.length, failures };
}

async function runGolden(): Promise<Pick<ThreadReport, "ran" | "failures">> {
  const outcomes = [];
  for (const text of Object.values(GOLDEN_FILES)) outcomes.push(...(await runGoldenFile(text, [wasm(2)])));
  const failed = outcomes.filter(({ status }) => status === "failed");
  return {
    ran: outcomes.length,
    failures: failed.map((outcome) => `${outcome.case}: ${outcome.reason}`),
  };
}

async function run(): Promise<ThreadReport> {
  const bits = await compareThreads();
  const golden = await runGolden();
  return { ...bits, ran: bits.ran + golden.ran, failures: [...bits.failures, ...golden.failures] };
}

self.addEventListener("message", () => {
  // A rejection must reach the page as an error of the worker, not as silence.
  run().then(
    (report) => self.postMessage(report),
    (error: unknown) => reportError(error),
  );
});
