import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf, onDisk } from "./disk-error.ts";
import { isGone, thisProcess, type ProcessIdentity } from "./processes.ts";

/** A lock file without contents that is older belongs to a process that died while it wrote them. */
const WRITING_MS = 2000;
/** Taking a lock away lasts some milliseconds. */
const ABANDONED_MS = 10_000;
/** How often a waiting process looks again. */
const WAIT_MS = 200;

/** Who holds a lock, and since when. */
export interface LockOwner extends ProcessIdentity {
  /** ISO 8601. */
  readonly since: string;
}

/** A lock that this process holds. */
export interface Lock {
  /** Gives it back; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the lock that `file` stands for, unless somebody has it. A lock whose process is gone counts as free.
 *
 * @returns the lock, or who holds it
 * @throws DiskError if the file system refuses
 */
export async function lockFile(file: string): Promise<Lock | { readonly owner: LockOwner }> {
  return onDisk(file, async () => {
    for (;;) {
      const mine = await tryLock(file);
      if (mine !== undefined) return mine;
      const owner = await readOwner(file);
      if (owner === "unclear") await pause(10);
      else if (owner !== undefined && !isGone(owner)) return { owner };
      else await removeStale(file);
    }
  });
}

/** How {@link waitForLock} waits. */
export interface WaitOptions {
  /** Stops waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Told once who has the lock, if it is not free. */
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
}

/**
 * Takes the lock that `file` stands for, once it is free.
 *
 * @throws DiskError if the file system refuses, the signal's reason when it is aborted
 */
export async function waitForLock(file: string, { signal, onWait }: WaitOptions = {}): Promise<Lock> {
  for (let first = true; ; first = false) {
    const result = await lockFile(file);
    if (!("owner" in result)) return result;
    if (first) onWait?.(result.owner);
    await pause(WAIT_MS, undefined, signal && { signal });
  }
}

/** Removes the locks in `folder` that belong to processes that are gone. */
export async function removeStaleLocks(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith(".lock.stale")) await removeAbandoned(path.join(folder, name));
    if (!name.endsWith(".lock")) continue;
    const owner = await readOwner(path.join(folder, name)).catch(() => "unclear" as const);
    // One without a process that can be read may be another program's.
    if (owner !== undefined && owner !== "unclear" && isGone(owner))
      await removeStale(path.join(folder, name));
  }
}

async function tryLock(file: string): Promise<Lock | undefined> {
  const owner: LockOwner = { ...thisProcess(), since: new Date().toISOString() };
  try {
    await writeFile(file, JSON.stringify(owner), { flag: "wx" });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
  let held = true;
  return {
    async release() {
      if (held) await rm(file, { force: true });
      held = false;
    },
  };
}

/** Who holds the lock; undefined for somebody who died before writing it, "unclear" when asking again may tell. */
async function readOwner(file: string): Promise<LockOwner | undefined | "unclear"> {
  try {
    const owner = parseOwner(await readFile(file, "utf8"));
    if (owner !== undefined) return owner;
    const { mtimeMs } = await stat(file);
    return Date.now() - mtimeMs < WRITING_MS ? "unclear" : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "unclear";
    throw error;
  }
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const { pid, host, started, since } = JSON.parse(text) as LockOwner;
    const texts = [host, started, since].every((value) => typeof value === "string");
    return Number.isSafeInteger(pid) && pid > 0 && texts ? { pid, host, started, since } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes a stale lock away, unless somebody else did. Only one process at a time may: otherwise a slow one could take
 * the lock that a quick one has taken in between.
 */
async function removeStale(file: string): Promise<void> {
  const broom = `${file}.stale`;
  try {
    await writeFile(broom, "", { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    await pause(10);
    await removeAbandoned(broom);
    return;
  }
  try {
    if (await isStale(file)) await rm(file, { force: true });
  } finally {
    await rm(broom, { force: true });
  }
}

/** Removes the mark of a process that died in the moment in which it took a lock away. */
async function removeAbandoned(broom: string): Promise<void> {
  const { mtimeMs } = await stat(broom).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > ABANDONED_MS) await rm(broom, { force: true });
}

async function isStale(file: string): Promise<boolean> {
  const owner = await readOwner(file);
  return owner !== "unclear" && (owner === undefined || isGone(owner));
}
