import { mkdir, open, stat } from "node:fs/promises";
import path from "node:path";
import { codeOf, onDisk } from "./disk-error.ts";

/**
 * Makes a folder and those above it, where they are missing.
 *
 * @throws DiskError if that is not possible
 */
export async function makeFolder(folder: string): Promise<void> {
  await onDisk(folder, () => makeLevels(path.resolve(folder)));
}

/** Level by level, because Node's own recursive mkdir never returns where the system refuses with ENOENT (/proc). */
async function makeLevels(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeLevels(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Somebody else may have made it in between.
    if (codeOf(error) !== "EEXIST" || !(await isFolder(folder))) throw error;
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Brings what was written to a file, or a folder's list of names, to the disk. */
export async function syncToDisk(place: string): Promise<void> {
  if (process.platform === "win32" && (await isFolder(place))) return; // has no handles of folders
  const handle = await open(place, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
