import { makeFolder, replaceFile } from "@myelin/data/files";
import path from "node:path";
import type { ComparedRun } from "../report/index.ts";
import { RunFolder } from "../run/index.ts";

/** Options of `myelin compare`. */
export interface CompareFlags {
  readonly out: string;
  readonly json: boolean;
}

/** `myelin compare RUN RUN...`: draws runs in one page, or prints what it is made of. */
export async function runCompare(folders: readonly string[], { out, json }: CompareFlags): Promise<void> {
  const { compareRuns, renderComparison } = await import("../report/index.ts");
  const runs: ComparedRun[] = [];
  for (const folder of folders) runs.push({ folder, record: await new RunFolder(folder).record() });
  if (json) {
    const groups = compareRuns(runs).map(({ name, settings, runs: members }) => ({
      ...{ name, settings },
      runs: members.map(({ folder, record: { recipe, metrics, result } }) => ({
        ...{ folder, seed: recipe.seed, result, metrics },
      })),
    }));
    process.stdout.write(`${JSON.stringify(groups)}\n`);
    return;
  }
  await makeFolder(path.dirname(out));
  await replaceFile(out, renderComparison(runs));
  process.stdout.write(`comparison: ${out}\n`);
}
