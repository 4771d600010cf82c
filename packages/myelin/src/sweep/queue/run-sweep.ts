/** A sweep from its first run to its page. */
import { replaceFile } from "@myelin/data/files";
import path from "node:path";
import { formatRecipe } from "../../recipe/index.ts";
import type { Following, JobProgress, Place } from "../places/index.ts";
import { bestOf, pointsOf, type RunLine, type SweepRecord } from "../results/index.ts";
import { searchOf } from "../search/index.ts";
import type { Sweep } from "../space/index.ts";
import type { SweepFolder } from "./folder.ts";
import { SweepSource } from "./source.ts";
import { work } from "./work.ts";

/** What a person watching a sweep wants to know. */
export interface SweepWatcher {
  /** @param runs how many there will be */
  start(runs: number): void;
  progress(run: string, progress: JobProgress): void;
  /** A run has ended, now or in an earlier process. */
  run(line: RunLine, isNew: boolean): void;
  note(text: string): void;
}

/** How a sweep is made. */
export interface SweepOptions {
  readonly folder: SweepFolder;
  readonly place: (following: Following) => Promise<Place> | Place;
  /** Trainings at the same time at most. */
  readonly most?: number | undefined;
  readonly threads: number;
  readonly dataDir?: string | undefined;
  readonly reports: boolean;
  readonly retry: boolean;
  readonly watcher: SweepWatcher;
  /** Draws the page of the sweep. */
  readonly draw: (record: SweepRecord) => string;
  readonly signal: AbortSignal;
}

/** A page takes at most so much of the time that runs could have. */
const DRAWING_SHARE = 1 / 50;
const DRAW_EVERY_MS = 5000;

/**
 * Makes all runs of a sweep that are not made yet.
 *
 * @returns whether it has come to its end
 */
export async function runSweep(sweep: Sweep, options: SweepOptions): Promise<boolean> {
  const { folder, watcher, signal, threads, dataDir, reports, retry } = options;
  const search = await searchOf(sweep, folder.log.lines);
  const pages = new Pages(sweep, search.runs, options);
  try {
    const place = await options.place(watcher);
    watcher.start(search.runs);
    const source = new SweepSource(sweep, search, folder, {
      ...{ threads, dataDir, reports, retry },
      onRun: async (line, isNew) => {
        watcher.run(line, isNew);
        if (isNew) await pages.draw();
      },
    });
    await work(source, place, { most: options.most ?? search.parallel, signal });
  } finally {
    await search.close();
    await pages.end();
  }
  return !signal.aborted;
}

/** sweep.html and best.yaml, kept up to date as runs end. */
class Pages {
  readonly #sweep: Sweep;
  readonly #planned: number;
  readonly #options: SweepOptions;
  #nextAt = 0;

  constructor(sweep: Sweep, planned: number, options: SweepOptions) {
    this.#sweep = sweep;
    this.#planned = planned;
    this.#options = options;
  }

  /** Draws, unless that was a short time ago. */
  async draw(): Promise<void> {
    if (Date.now() < this.#nextAt) return;
    const started = Date.now();
    await this.end();
    this.#nextAt = Date.now() + Math.max(DRAW_EVERY_MS, (Date.now() - started) / DRAWING_SHARE);
  }

  /** Draws what there is. */
  async end(): Promise<void> {
    const { folder, draw } = this.#options;
    const { lines } = folder.log;
    if (lines.length === 0) return;
    const { name, objectives } = this.#sweep;
    await this.#writeBest(lines);
    await replaceFile(
      path.join(folder.path, "sweep.html"),
      draw({ name, objectives, planned: this.#planned, lines }),
    );
  }

  /** best.yaml: a recipe that trains to the result of the best run. */
  async #writeBest(lines: readonly RunLine[]): Promise<void> {
    const { objectives, name } = this.#sweep;
    const best = bestOf(pointsOf(lines, objectives), objectives);
    if (best === undefined) return;
    const { run } = best;
    const recipe = this.#sweep.recipe(run.settings, run.seed);
    const values = Object.entries(run.values).map(([key, value]) => `${key} ${value}`);
    const about = `# The best run of the sweep ${name}: ${values.join(", ")}.\n# It is ${run.folder}, seed ${run.seed}.\n`;
    const folder = this.#options.folder.path;
    const text = formatRecipe({ ...recipe, name: `${name}-best` }, folder);
    await replaceFile(path.join(folder, "best.yaml"), `${about}${text}`);
  }
}
