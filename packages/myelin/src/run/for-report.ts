import { warn } from "@myelin/core/checks";
import { describeError } from "../format.ts";
import type { RunFolder } from "./folder.ts";

/**
 * Does work for the report alone. When it fails that is a warning with the way to draw it again: a report never
 * costs a run or its result.
 *
 * @param what the part of the report, for the warning
 * @returns what `work` returns, or undefined
 */
export async function forReport<T>(
  folder: RunFolder,
  what: string,
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const why = describeError(error);
    const again = `npx myelin report ${folder.path} --record`;
    warn(
      `${folder.path}: the run is saved, but the report lacks ${what}: ${why} Draw it again with: ${again}`,
    );
    return undefined;
  }
}
