import { bestOf, loadSweep, openSweep, pointsOf, runSweep, type Sweep } from "../sweep/index.ts";
import path from "node:path";
import { interruptible } from "./interrupt.ts";
import { placeFor, type PlaceFlags } from "./place.ts";
import { chooseSweepWatcher, settingsText, valuesText } from "./sweep-watcher.ts";

/** Options of `myelin sweep`. */
export interface SweepFlags extends PlaceFlags {
  /** runs/NAME when absent. */
  readonly out?: string;
  readonly retry: boolean;
  readonly reports: boolean;
  readonly json: boolean;
}

/** `myelin sweep FILE`: makes the runs that are missing, and draws what there is. */
export async function runSweepCommand(file: string, flags: SweepFlags): Promise<void> {
  const sweep = await loadSweep(file);
  const folder = await openSweep(sweep, flags.out ?? `runs/${sweep.name}`);
  const watcher = chooseSweepWatcher(sweep.objectives, flags.json);
  const { renderSweep } = await import("../report/index.ts");
  const place = placeFor(flags, { id: folder.id, name: sweep.name, folder: folder.path, retry: flags.retry });
  const { threads = 1, jobs, dataDir, retry, reports } = flags;
  try {
    const ended = await interruptible(
      () => watcher.note("Stopping: runs are saved. Once more to stop at once."),
      (signal) =>
        runSweep(sweep, {
          ...{ folder, watcher, signal, threads, dataDir, retry, reports, place, draw: renderSweep },
          most: jobs,
        }),
    );
    watcher.stop();
    if (ended !== true) watcher.note("Finished runs are kept: the same command goes on from here.");
    say(sweep, folder, watcher);
  } finally {
    watcher.stop();
    await folder.lock.release();
  }
}

/** What was found, and where it lies. */
function say(
  { objectives }: Sweep,
  { path: out, log }: Awaited<ReturnType<typeof openSweep>>,
  watcher: { note(text: string): void },
): void {
  const { lines } = log;
  const failed = lines.filter(({ state }) => state === "failed").length;
  if (failed > 0) watcher.note(`${failed} of ${lines.length} runs failed; --retry makes them again.`);
  const best = bestOf(pointsOf(lines, objectives), objectives);
  if (best !== undefined) {
    watcher.note(`best: ${settingsText(best.run)}  ${valuesText(best.run, objectives)}`);
    watcher.note(`its recipe: ${path.join(out, "best.yaml")}`);
  }
  if (lines.length > 0) watcher.note(`page: ${path.join(out, "sweep.html")}`);
}
