import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** What tells one process from all others, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** When it began, in the system's own units; empty where the system does not say. */
  readonly started: string;
}

/** The process that runs this. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) };
}

/** Whether a process of this machine is running. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // a signal of 0 only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a process is known to be gone; those of other machines are taken to be running. */
export function isGone({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  return !isRunning(pid) || startOf(pid) !== started;
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
