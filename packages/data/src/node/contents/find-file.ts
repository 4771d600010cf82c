import path from "node:path";
import { isThere } from "../files/index.ts";

/** The path of `file` in `folder`, or of its gzipped twin `file.gz`; undefined if neither is there. */
export async function findPlainOrGzip(folder: string, file: string): Promise<string | undefined> {
  for (const candidate of [path.join(folder, file), path.join(folder, `${file}.gz`)]) {
    if (await isThere(candidate)) return candidate;
  }
  return undefined;
}
