import { open, rename, rm } from "node:fs/promises";

/** Writes a file aside, brings it to the disk and renames it: it is there whole or not at all. */
export async function writeFileSafely(file: string, bytes: Uint8Array): Promise<void> {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(aside, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
