import { mkdir } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder and those above it, where they are missing. Node's own `mkdir` with `recursive` never returns where
 * an existing parent answers ENOENT, as `/proc` does.
 */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (codeOf(error) !== "ENOENT" || parent === folder) throw error;
    await ensureFolder(parent);
    await makeFolder(folder);
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
