/** Writing to disk so that a reader never meets half a file, and failures are told in one line. */
import { MyelinError } from "@myelin/core";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";

/** The file system refused: no space, no permission, no such folder. */
export class DiskError extends MyelinError {
  override name = "DiskError";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "a full disk. Free some space, then go on with --resume",
  EDQUOT: "a full quota. Free some space, then go on with --resume",
  EFBIG: "a file size limit. Raise it, then go on with --resume",
  EACCES: "no permission. Choose another folder with --out",
  EPERM: "no permission. Choose another folder with --out",
  EROFS: "a read-only disk. Choose another folder with --out",
  ENOTDIR: "a file where a folder should be. Choose another folder with --out",
  EEXIST: "a file where a folder should be. Choose another folder with --out",
  ENOENT: "a place where nothing can be made. Choose another folder with --out",
  EIO: "a device error. Check the disk",
};

/** Runs `work`; a refusal of the file system becomes a DiskError that names `file`. */
export async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined || cause instanceof MyelinError) throw cause;
    const reason = REASONS[code] ?? `${code}. Check the path`;
    throw new DiskError(`${file}: expected to write, got ${reason}.`, { cause });
  }
}

/** Replaces a file as a whole: written aside, synced, renamed. */
export async function replaceFile(file: string, contents: string | Uint8Array): Promise<void> {
  await onDisk(file, () => writeFileAtomic(file, Buffer.from(contents)));
}

/** Makes a folder and those above it. */
export async function makeFolder(folder: string): Promise<void> {
  await onDisk(folder, () => makeLevels(path.resolve(folder)));
}

/** Level by level, because Node's own recursive mkdir never returns where the system refuses with ENOENT (/proc). */
async function makeLevels(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeLevels(parent);
  await mkdir(folder);
}

/** Makes a new folder with all its files appear at once: it is there whole or not at all. */
export async function addFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const aside = `${folder}.tmp`;
  await onDisk(folder, async () => {
    try {
      await rm(aside, { recursive: true, force: true });
      await mkdir(aside);
      for (const [name, contents] of Object.entries(files))
        await writeSynced(path.join(aside, name), contents);
      await rename(aside, folder);
      await syncFolder(path.dirname(folder));
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
  });
}

async function writeSynced(file: string, contents: string | Uint8Array): Promise<void> {
  const handle = await open(file, "w");
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Brings a folder's list of names to the disk, where the system allows it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
