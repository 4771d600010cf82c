import { appendFile, truncate } from "node:fs/promises";
import { onDisk } from "./disk-error.ts";

/**
 * Adds text to a file; when that fails, none of it stays.
 *
 * @param bytes how long the file is
 * @returns how many bytes were added
 * @throws DiskError if the file system refuses
 */
export async function appendWhole(file: string, text: string, bytes: number): Promise<number> {
  await onDisk(file, async () => {
    try {
      await appendFile(file, text);
    } catch (error) {
      await truncate(file, bytes).catch(() => {});
      throw error;
    }
  });
  return Buffer.byteLength(text);
}
