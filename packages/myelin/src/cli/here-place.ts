import { type Job, type Outcome, type Place } from "../sweep/index.ts";
import { openRun, RunFolder } from "../run/index.ts";
import { trainAndReport } from "./train-command.ts";
import type { CliWatcher } from "./watchers.ts";

/** Trains one job at a time in this process, with all its threads, and shows every epoch. */
export class HerePlace implements Place {
  readonly capacity = 1;
  readonly #watcher: CliWatcher;
  readonly #signal: AbortSignal;

  /** @param signal stops a training, which is saved */
  constructor(watcher: CliWatcher, signal: AbortSignal) {
    this.#watcher = watcher;
    this.#signal = signal;
  }

  async run({ recipe, folder: out, dataDir }: Job): Promise<Outcome> {
    const run = await openRun(recipe, { out, resume: await new RunFolder(out).exists() });
    const options = { signal: this.#signal, ...(dataDir !== undefined && { dataDir }) };
    const result = await trainAndReport(run.recipe, run.folder, this.#watcher, options).finally(() =>
      run.lock.release(),
    );
    return result === undefined ? { state: "interrupted" } : { state: "finished", result, worker: "here" };
  }

  stop(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
