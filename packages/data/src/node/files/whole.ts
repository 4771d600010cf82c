import { chmod, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { asideOf, removeStaleAsides } from "./aside.ts";
import { DiskError, onDisk } from "./disk-error.ts";
import { syncToDisk } from "./folders.ts";

/** What a file is to hold: all at once, or piece by piece. */
export type Contents = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Makes or replaces a file as a whole: written aside, its length checked, synced, renamed. A reader meets the old file
 * or the new one, also after a crash, and a failure leaves nothing behind.
 *
 * @throws DiskError if the file system refuses or keeps fewer bytes than it was given; what `contents` throws
 */
export async function replaceFile(file: string, contents: Contents): Promise<void> {
  await replaceFileBy(file, (aside) => writeContents(aside, contents));
}

/**
 * The same for a file that `write` makes at the place that it is given.
 *
 * @param write returns how many bytes the file has to have, if it knows
 */
export async function replaceFileBy(
  file: string,
  write: (aside: string) => Promise<number | undefined>,
): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const before = await stat(target).catch(() => undefined);
  if (before && !before.isFile()) {
    throw new DiskError(
      `${file}: expected the name of a file, got a folder or a device. Choose another name.`,
    );
  }
  await replace(target, async (aside) => {
    const expected = await write(aside);
    if (before) await chmod(aside, before.mode);
    if (expected !== undefined) await checkLength(file, aside, expected);
    await syncToDisk(aside);
  });
}

/**
 * Writes a file of a folder that {@link addFolder} makes: checked and synced, but not aside, as the whole folder is.
 *
 * @throws DiskError as {@link replaceFile}
 */
export async function writeInside(file: string, contents: Contents): Promise<void> {
  await onDisk(file, async () => {
    await checkLength(file, file, await writeContents(file, contents));
    await syncToDisk(file);
  });
}

/**
 * Makes a folder appear with all that `fill` puts into it, with {@link writeInside}: it is there whole or not at all.
 *
 * @throws DiskError if the file system refuses, or there is a folder that is not empty; what `fill` throws
 */
export async function addFolder(folder: string, fill: (aside: string) => Promise<void>): Promise<void> {
  await replace(folder, async (aside) => {
    await mkdir(aside);
    await fill(aside);
    await syncToDisk(aside);
  });
}

/** Lets `make` make `place` aside, then gives it its name. */
async function replace(place: string, make: (aside: string) => Promise<void>): Promise<void> {
  const aside = asideOf(place);
  await onDisk(place, async () => {
    try {
      await removeStaleAsides(path.dirname(aside), path.basename(place));
      await make(aside);
      await rename(aside, place);
      await syncToDisk(path.dirname(path.resolve(place)));
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
  });
}

async function checkLength(file: string, place: string, expected: number): Promise<void> {
  const { size } = await stat(place);
  if (size === expected) return;
  const hint = "Is the disk full?";
  throw new DiskError(`${file}: expected ${expected} bytes on the disk, got ${size}. ${hint}`);
}

/** @returns how many bytes were given */
async function writeContents(file: string, contents: Contents): Promise<number> {
  const handle = await open(file, "w");
  try {
    let length = 0;
    for await (const piece of piecesOf(contents)) {
      // Goes on until all of the piece is written, unlike `write`.
      await handle.writeFile(piece);
      length += piece.length;
    }
    return length;
  } finally {
    await handle.close();
  }
}

function piecesOf(contents: Contents): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof contents === "string") return [Buffer.from(contents)];
  return contents instanceof Uint8Array ? [contents] : contents;
}
