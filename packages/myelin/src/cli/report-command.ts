import { MyelinError } from "@myelin/core";
import {
  RunFolder,
  predictClasses,
  recordTest,
  holdRun,
  loadTest,
  withTrained,
  type TrainedOptions,
} from "../run/index.ts";
import { watchWarnings } from "./watchers.ts";

/** Options of `myelin report`. */
export interface ReportFlags extends TrainedOptions {
  readonly record: boolean;
}

/**
 * `myelin report DIR`: draws report.html again from the records of a run; with `--record` it first shows the test set
 * to the newest checkpoint and writes the records of it anew.
 */
export async function runReport(path: string, flags: ReportFlags): Promise<void> {
  const folder = new RunFolder(path);
  watchWarnings({ note: (text) => process.stderr.write(`${text}\n`) });
  if (flags.record) await recordAgain(folder, flags);
  const missing = await drawAgain(folder);
  for (const text of missing) process.stdout.write(`not drawn: ${text}\n`);
  if (missing.length > 0 && !flags.record) process.stdout.write(`${recordHint(path)}\n`);
  process.stdout.write(`report: ${folder.file("report.html")}\n`);
}

/** @returns what the records do not hold */
async function drawAgain(folder: RunFolder): Promise<string[]> {
  const { missingOf, renderReport } = await import("../report/index.ts");
  const record = await folder.record();
  await folder.writeReport(renderReport(record));
  return missingOf(record);
}

function recordHint(path: string): string {
  return `With the checkpoint and the test data there, record it with: npx myelin report ${path} --record`;
}

async function recordAgain(folder: RunFolder, flags: ReportFlags): Promise<void> {
  const recipe = await folder.recipe();
  if ((await folder.result(recipe)) === undefined) {
    throw new MyelinError(
      `report --record: expected a run that has ended, got one without a result in ${folder.path}. ` +
        `Go on with: npx myelin train ${folder.file("config.yaml")} --out ${folder.path} --resume`,
    );
  }
  const lock = await holdRun(folder.path);
  try {
    await withTrained(folder.path, flags, async ({ model, task }) => {
      const test = await loadTest(recipe, { dataDir: flags.dataDir, table: task });
      await recordTest(folder, model, test, await predictClasses(model, test));
    });
  } finally {
    await lock.release();
  }
}
