import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Finished {
  readonly stdout: string;
  /** Most memory that was resident, in MiB; undefined where the system does not tell. */
  readonly peakMiB: number | undefined;
}

/** How often to look at a child's memory; its high-water mark only grows, so this may be coarse. */
const LOOK_MS = 20;

/** Runs a command to its end, watching the high-water mark of its resident memory (Linux). */
export function run(command: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    let peakMiB: number | undefined;
    const look = setInterval(() => (peakMiB = highWater(child.pid) ?? peakMiB), LOOK_MS);
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code === 0) resolve({ stdout, peakMiB });
      else
        reject(
          new Error(`bench: expected "${command} ${args.join(" ")}" to succeed, got exit code ${code}.`),
        );
    });
  });
}

function highWater(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
