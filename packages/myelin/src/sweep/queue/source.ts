/** The trainings of a sweep: what its search wants, minus what is known, and what came of them. */
import path from "node:path";
import type { Recipe } from "../../recipe/index.ts";
import { resultSchema } from "../../records/index.ts";
import { settingsHash } from "../../run/index.ts";
import type { Job, Outcome } from "../places/index.ts";
import { valuesAfterEpoch, valuesOf, type RunLine } from "../results/index.ts";
import type { Search, Wanted } from "../search/index.ts";
import type { Sweep } from "../space/index.ts";
import type { SweepFolder } from "./folder.ts";
import type { Source } from "./work.ts";

/** What the trainings of a sweep need beside their settings. */
export interface SourceOptions {
  readonly dataDir?: string | undefined;
  /** Threads of each training. */
  readonly threads: number;
  /** Draws a report of each run. */
  readonly reports: boolean;
  /** Trains runs that have failed once more. */
  readonly retry: boolean;
  /** Told of each run that has ended, now or before. */
  readonly onRun: (line: RunLine, isNew: boolean) => Promise<void>;
}

/** A training with what tells it from others. */
export interface SweepTask {
  readonly wanted: Wanted;
  readonly run: string;
  readonly recipe: Recipe;
}

/** Of numbers that are none, or of a worker of another version. */
function notAResult(worker: string): Outcome {
  const message = "expected a result of finite numbers, got another one. Look into the run's folder.";
  return { state: "failed", message, worker };
}

type Values = Readonly<Record<string, number>>;

/** Values of a run after some epochs, by their number. */
type Rungs = Record<string, Values>;

/** Makes jobs of what a search wants and lines of sweep.jsonl of what came of them. */
export class SweepSource implements Source<SweepTask> {
  readonly #sweep: Sweep;
  readonly #search: Search;
  readonly #folder: SweepFolder;
  readonly #options: SourceOptions;
  readonly #rungs = new Map<string, Rungs>();

  constructor(sweep: Sweep, search: Search, folder: SweepFolder, options: SourceOptions) {
    this.#sweep = sweep;
    this.#search = search;
    this.#folder = folder;
    this.#options = options;
  }

  async next(): Promise<SweepTask | "wait" | undefined> {
    for (;;) {
      const wanted = await this.#search.next();
      if (wanted === undefined || wanted === "wait") return wanted;
      const recipe = this.#sweep.recipe(wanted.settings, wanted.seed);
      const task = { wanted, recipe, run: settingsHash(recipe) };
      const known = this.#known(task);
      if (known === undefined) return task;
      if (known.line !== undefined) await this.#options.onRun(known.line, false);
      await this.#tell(task, known.values);
    }
  }

  job({ wanted, recipe, run }: SweepTask): Job {
    const { dataDir, threads, reports } = this.#options;
    const isSwept = "threads" in { ...this.#sweep.fixed, ...wanted.settings };
    return {
      ...{
        run,
        folder: path.join(this.#folder.path, "runs", run),
        until: wanted.until,
        dataDir,
        report: reports,
      },
      recipe: { ...recipe, name: `${this.#sweep.name}-${run}`, ...(!isSwept && { threads }) },
    };
  }

  async settle(task: SweepTask, outcome: Outcome): Promise<void> {
    const { objectives } = this.#sweep;
    switch (outcome.state) {
      case "interrupted":
        return;
      case "paused": {
        const values = valuesAfterEpoch(objectives, outcome.line);
        this.#rungsOf(task.run)[outcome.line.epoch] = values;
        return this.#tell(task, values);
      }
      case "finished": {
        const { result, worker } = outcome;
        if (!resultSchema.safeParse(result).success) return this.settle(task, notAResult(worker));
        const values = valuesOf(objectives, result);
        await this.#record(task, { state: "finished", epochs: result.epochs, values, worker, result });
        return this.#tell(task, values);
      }
      case "failed": {
        const { message, worker } = outcome;
        await this.#record(task, { state: "failed", epochs: 0, values: {}, worker, message });
        return this.#tell(task, undefined);
      }
    }
  }

  /** What a search need not wait for; the line where the run is at its end. */
  #known({
    run,
    wanted: { until },
  }: SweepTask): { readonly values: Values | undefined; readonly line?: RunLine } | undefined {
    const line = this.#folder.log.get(run);
    if (line === undefined) return undefined;
    if (line.state === "failed") return this.#options.retry ? undefined : { values: undefined, line };
    if (until !== undefined) {
      const values = line.rungs?.[until];
      return values && { values };
    }
    return line.state === "finished" ? { values: line.values, line } : undefined;
  }

  async #tell({ wanted }: SweepTask, values: Values | undefined): Promise<void> {
    for (const given of await this.#search.tell(wanted, { values })) {
      const recipe = this.#sweep.recipe(given.settings, given.seed);
      const task = { wanted: given, recipe, run: settingsHash(recipe) };
      const before = this.#folder.log.get(task.run);
      if (before?.state === "stopped" && before.epochs === given.until)
        await this.#options.onRun(before, false);
      else if (before?.state !== "finished") {
        await this.#record(task, { state: "stopped", epochs: given.until, values: given.values ?? {} });
      }
    }
  }

  async #record(
    { run, wanted: { settings, seed } }: SweepTask,
    how: Pick<RunLine, "state" | "epochs" | "values" | "message" | "worker" | "result">,
  ): Promise<void> {
    const rungs = this.#rungsOf(run);
    const line: RunLine = {
      ...{ version: 1, run, settings, seed, folder: `runs/${run}` },
      ...how,
      ...(Object.keys(rungs).length > 0 && { rungs }),
    };
    await this.#folder.log.append(line);
    await this.#options.onRun(line, true);
  }

  #rungsOf(run: string): Rungs {
    const rungs = this.#rungs.get(run) ?? { ...this.#folder.log.get(run)?.rungs };
    this.#rungs.set(run, rungs);
    return rungs;
  }
}
