/** Optuna's samplers, asked for points and told what came of them. */
import { isDeepStrictEqual } from "node:util";
import { numbersOf, pointsOf, type Objective, type RunLine, type Settings } from "../results/index.ts";
import type { Dimension, SearchRecipe, Sweep } from "../space/index.ts";
import { OptunaProcess, type Axis } from "./optuna-process.ts";
import type { Search, Told, Wanted } from "./search.ts";

/** Runs at the same time at most: with more of them a sampler would be blind. */
const PARALLEL = 8;

/** A point that Optuna chose. */
interface Asked {
  readonly number: number;
  readonly settings: Settings;
  readonly told: Map<number, Told>;
}

/** Chooses points by the results so far; one that goes on after an end is told all that ended. */
export class OptunaSearch implements Search {
  readonly runs: number;
  readonly parallel = PARALLEL;
  readonly #sweep: Sweep;
  readonly #process: OptunaProcess;
  readonly #asked: Asked[] = [];
  readonly #ready: Wanted[] = [];
  /** Points yet to ask for. */
  #left: number;

  private constructor(sweep: Sweep, process: OptunaProcess, points: number) {
    this.#sweep = sweep;
    this.#process = process;
    this.#left = points;
    this.runs = points * sweep.seeds.length;
  }

  /** @throws MyelinError if Python or Optuna is missing */
  static async begin(
    sweep: Sweep,
    { points, sampler, seed }: Extract<SearchRecipe, { readonly type: "optuna" }>,
    past: readonly RunLine[],
  ): Promise<OptunaSearch> {
    const process = new OptunaProcess();
    const search = new OptunaSearch(sweep, process, points);
    try {
      const directions = sweep.objectives.map(({ goal }) => `${goal}imize`);
      // The same seed after other results is another start, as Optuna draws by a stream of its own.
      const start = seed + past.length;
      await process.ask({
        op: "begin",
        sampler,
        seed: start,
        directions,
        axes: sweep.dimensions.map(axisOf),
      });
      await search.#remember(past);
    } catch (error) {
      process.close();
      throw error;
    }
    return search;
  }

  async next(): Promise<Wanted | "wait" | undefined> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    if (this.#left === 0) return undefined;
    this.#left--;
    const { number, params } = await this.#process.ask({ op: "ask" });
    const settings = settingsOf(this.#sweep.dimensions, params as Record<string, number>);
    this.#asked.push({ number: number as number, settings, told: new Map() });
    this.#ready.push(...this.#sweep.seeds.map((seed) => ({ settings, seed })));
    return this.#ready.shift();
  }

  async tell({ settings, seed }: Wanted, told: Told): Promise<readonly []> {
    const asked = this.#asked.find((one) => one.settings === settings);
    asked?.told.set(seed, told);
    if (asked?.told.size === this.#sweep.seeds.length) {
      const values = meansOf(this.#sweep.objectives, [...asked.told.values()]);
      await this.#process.ask({ op: "tell", number: asked.number, values });
    }
    return [];
  }

  close(): Promise<void> {
    this.#process.close();
    return Promise.resolve();
  }

  /** Points of before count; of one whose seeds were not all trained, the others come first. */
  async #remember(past: readonly RunLine[]): Promise<void> {
    const { objectives, dimensions, seeds } = this.#sweep;
    for (const { settings, runs } of pointsOf(past, objectives)) {
      const params = paramsOf(dimensions, settings);
      if (params === undefined || this.#left === 0) continue;
      this.#left--;
      const told = runs.map((run) => ({
        values: run.state === "finished" ? numbersOf(objectives, run) : undefined,
      }));
      const missing = seeds.filter((seed) => runs.every((run) => run.seed !== seed));
      await this.#process.ask({ op: "add", params, values: meansOf(objectives, told) });
      this.#ready.push(...missing.map((seed) => ({ settings, seed })));
    }
  }
}

/** The mean of each objective over the seeds; nothing if one is not known. */
function meansOf(objectives: readonly Objective[], told: readonly Told[]): number[] | undefined {
  const means = objectives.map(({ name }) => {
    const values = told.map(({ values: one }) => one?.[name] ?? NaN);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  return means.every(Number.isFinite) ? means : undefined;
}

function nameOf({ paths }: Dimension): string {
  return paths.join(" ");
}

function axisOf(dimension: Dimension): Axis {
  const name = nameOf(dimension);
  const { range, values = [] } = dimension;
  if (range === undefined || range.steps !== undefined) return { name, kind: "choice", count: values.length };
  const { from, to, integer, scale, step } = range;
  return { name, kind: integer ? "int" : "float", low: from, high: to, log: scale === "log", step };
}

function settingsOf(dimensions: readonly Dimension[], params: Readonly<Record<string, number>>): Settings {
  const parts = dimensions.map((dimension): Settings => {
    const value = params[nameOf(dimension)] ?? 0;
    const { range, values = [], paths } = dimension;
    if (range === undefined || range.steps !== undefined) return values[value] ?? {};
    return { [paths[0] ?? ""]: value };
  });
  return Object.assign({}, ...parts) as Settings;
}

/** What Optuna calls a point; undefined for one that is not in the space. */
function paramsOf(dimensions: readonly Dimension[], settings: Settings): Record<string, number> | undefined {
  const entries = dimensions.map((dimension): [string, number] => {
    const { range, values = [], paths } = dimension;
    const own = Object.fromEntries(paths.map((path) => [path, settings[path]]));
    if (range === undefined || range.steps !== undefined) {
      return [nameOf(dimension), values.findIndex((value) => isDeepStrictEqual(value, own))];
    }
    const value = own[paths[0] ?? ""];
    const inside = typeof value === "number" && value >= range.from && value <= range.to;
    return [nameOf(dimension), inside ? value : NaN];
  });
  const isThere = entries.every(([, value]) => !Number.isNaN(value) && value !== -1);
  const known = Object.keys(settings).length === dimensions.flatMap(({ paths }) => paths).length;
  return isThere && known ? Object.fromEntries(entries) : undefined;
}
