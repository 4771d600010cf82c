import { MyelinError } from "@myelin/core";
import { lockFile, makeFolder, removeStaleLocks, type Lock, type LockOwner } from "@myelin/data/files";
import { rmdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Holds a run's folder, which need not be there yet, for this process: `<folder>.lock` beside it. A lock whose process
 * is gone counts for nothing.
 *
 * @returns the lock, or who holds the folder
 */
export async function lockRun(folder: string): Promise<Lock | { readonly owner: LockOwner }> {
  const place = path.resolve(folder);
  const parent = path.dirname(place);
  const wasThere = await stat(parent).catch(() => undefined);
  await makeFolder(parent);
  await removeStaleLocks(parent);
  const result = await lockFile(`${place}.lock`);
  if ("owner" in result || wasThere) return result;
  return {
    async release() {
      await result.release();
      // A run that came to nothing leaves nothing, not even the folder of runs.
      await rmdir(parent).catch(() => undefined);
    },
  };
}

/**
 * The same for a folder that was named.
 *
 * @throws MyelinError if somebody holds it
 */
export async function holdRun(folder: string): Promise<Lock> {
  const result = await lockRun(folder);
  if (!("owner" in result)) return result;
  const { pid, host, since } = result.owner;
  const where = host === hostname() ? "" : ` on ${host}`;
  throw new MyelinError(
    `${folder}: expected a folder in which nobody trains, got one that process ${pid}${where} has held since ${since}. ` +
      `Wait for it or choose another folder with --out; if that process is gone, delete ${folder}.lock.`,
  );
}

/** How often a waiting process looks again. */
const WAIT_MS = 200;

/**
 * The same, once the folder is free: another process may be about to save what it has trained.
 *
 * @throws MyelinError if somebody still holds it after `patience` milliseconds, the signal's reason when it is aborted
 */
export async function awaitRun(folder: string, patience: number, signal: AbortSignal): Promise<Lock> {
  const until = Date.now() + patience;
  while (Date.now() < until) {
    const result = await lockRun(folder);
    if (!("owner" in result)) return result;
    await pause(WAIT_MS, undefined, { signal });
  }
  return holdRun(folder);
}
