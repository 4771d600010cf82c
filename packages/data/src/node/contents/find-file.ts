import { access } from "node:fs/promises";
import path from "node:path";

/** The path of `file` in `folder`, or of its gzipped twin `file.gz`; undefined if neither is there. */
export async function findPlainOrGzip(folder: string, file: string): Promise<string | undefined> {
  for (const candidate of [path.join(folder, file), path.join(folder, `${file}.gz`)]) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  return undefined;
}
