import { isDeepStrictEqual } from "node:util";
import path from "node:path";
import { formatTable, klifTrials, summarise, type StudyData, type Trial } from "../reproduce/study.ts";
import { makeFolder, replaceFile } from "../run/disk.ts";
import { RunFolder } from "../run/folder.ts";
import { openRun } from "../run/open.ts";
import type { Result } from "../run/record.ts";
import { trainInterruptibly } from "./train-command.ts";
import { chooseWatcher } from "./watchers.ts";

/** Options of `myelin reproduce`. */
export interface ReproduceFlags {
  readonly seeds: number;
  readonly data?: readonly StudyData[];
  readonly epochs?: number;
  readonly limit?: number;
  readonly out: string;
  readonly threads?: number;
  readonly dataDir?: string;
}

/**
 * `myelin reproduce klif`: trains LIF, PLIF and KLIF with every seed and writes table.md and table.json after
 * each training. Finished trainings in the folder are kept, an unfinished one goes on.
 */
export async function reproduceKlif(flags: ReproduceFlags): Promise<void> {
  const trials = klifTrials(flags);
  const finished: { trial: Trial; result: Result }[] = [];
  await makeFolder(flags.out);
  for (const [index, trial] of trials.entries()) {
    const result = await runTrial(trial, `${index + 1}/${trials.length}`, flags);
    if (result === undefined) {
      process.stdout.write("Finished trainings are kept: the same command goes on from here.\n");
      return;
    }
    finished.push({ trial, result });
    await writeTable(flags.out, finished);
  }
  process.stdout.write(`${formatTable(summarise(finished))}\ntable: ${path.join(flags.out, "table.md")}\n`);
}

async function runTrial(trial: Trial, place: string, flags: ReproduceFlags): Promise<Result | undefined> {
  const { recipe, data, neuron, seed } = trial;
  const out = path.join(flags.out, `${data}-${neuron.toLowerCase()}-${seed}`);
  const folder = new RunFolder(out);
  const before = (await folder.exists()) ? await folder.recipe() : undefined;
  const kept = before !== undefined && isDeepStrictEqual(before, recipe) ? await folder.result() : undefined;
  const watcher = chooseWatcher(false);
  watcher.note(`[${place}] ${neuron} on ${data}, seed ${seed}${kept === undefined ? "" : ": kept"}`);
  if (kept !== undefined) return kept;
  return trainInterruptibly(
    recipe,
    await openRun(recipe, { out, resume: before !== undefined }),
    watcher,
    flags,
  );
}

async function writeTable(out: string, finished: readonly { trial: Trial; result: Result }[]): Promise<void> {
  const summaries = summarise(finished);
  const runs = finished.map(({ trial: { data, neuron }, result }) => ({ data, neuron, ...result }));
  await replaceFile(path.join(out, "table.json"), `${JSON.stringify({ summaries, runs }, undefined, 2)}\n`);
  await replaceFile(path.join(out, "table.md"), formatTable(summaries));
}
