import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { asideOf } from "./aside.ts";
import { codeOf, onDisk } from "./disk-error.ts";
import { isGone, thisProcess, type ProcessIdentity } from "./processes.ts";

/** A lock file without contents that is older belongs to a process that died while it wrote them. */
const WRITING_MS = 2000;

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
      else await removeStale(file, owner);
    }
  });
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
 * Takes a stale lock away. Of several processes that see it at once one succeeds in moving it; should it have moved a
 * fresh lock, taken in between, it puts that back.
 */
async function removeStale(file: string, owner: LockOwner | undefined): Promise<void> {
  const aside = asideOf(file);
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const text = await readFile(aside, "utf8");
  const moved = parseOwner(text);
  const fresh = moved !== undefined && (moved.pid !== owner?.pid || moved.since !== owner.since);
  if (fresh) await writeFile(file, text, { flag: "wx" }).catch(() => undefined);
  await rm(aside, { force: true });
}
