/** Runs the command line as a user does: another process, from an empty folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const PROGRAM = join(import.meta.dirname, "../bin/myelin.js");

/** A folder for the tests of one file; it goes when they end. */
export const folder = mkdtempSync(join(tmpdir(), "myelin-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `myelin ARGS`. */
export function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: { ...process.env, ...env } });
}

/** Waits for a process to end. */
export function ended(child: ChildProcess): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (text: Buffer) => (said.stdout += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (said.stderr += text.toString()));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...said })));
}

/** Runs `myelin ARGS` to its end. */
export function myelin(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return ended(start(args, env));
}

/** A recipe that trains in a second: 300 samples, everything random that there is. */
export const TINY = `name: tiny
seed: 3
threads: 2
data: { name: mnist, limit: 300, limitTest: 300, validation: 0.2, augment: { crop: { padding: 2 } } }
encoder: { type: poisson }
timeSteps: 4
network: { type: mlp, neuron: { type: KLIF }, hidden: [24], dropout: 0.2 }
loss: { type: rateCrossEntropy }
optimizer: { type: adamw, lr: 0.01, weightDecay: 0.01, clipNorm: 5, schedule: { type: oneCycle } }
epochs: 3
batchSize: 20
report: { everySteps: 4 }
`;

/** Writes a recipe file and returns its name. */
export function writeRecipe(name: string, text = TINY): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** The lines of a JSON-lines file in the test folder. */
export function readLines(...path: string[]): Record<string, unknown>[] {
  const text = readFileSync(join(folder, ...path), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A JSON file in the test folder. */
export function readJson(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, ...path), "utf8")) as Record<string, unknown>;
}
