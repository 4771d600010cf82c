import { FormatError, MyelinError } from "@myelin/core";
import { RUN_FILE } from "@myelin/core/runs";
import { access, constants, readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { formatRecipe, loadRecipe, totalEpochs, type Recipe } from "../recipe/index.ts";
import { Checkpoints } from "./checkpoints.ts";
import { isThere, makeFolder, onDisk, removeStaleAsides, replaceFile, unreadable } from "@myelin/data/files";
import { recipeHash } from "./identity.ts";
import { MetricsLog, readMetrics } from "./metrics-log.ts";
import {
  epochLines,
  metricsCsv,
  readRecord,
  resultSchema,
  type Result,
  type RunRecord,
  picturesSchema,
  type PicturesRecord,
  confusionSchema,
  samplesSchema,
  type ConfusionRecord,
  type SamplesRecord,
} from "../records/index.ts";
import { taskSchema, type Task } from "./task.ts";

/** The files of a run. */
export class RunFolder {
  readonly path: string;
  readonly metrics: MetricsLog;
  readonly checkpoints: Checkpoints;

  constructor(folder: string) {
    this.path = folder;
    this.metrics = new MetricsLog(this.file("metrics.jsonl"));
    this.checkpoints = new Checkpoints(this.file("checkpoints"));
  }

  /** Path of a file in the folder. */
  file(name: string): string {
    return path.join(this.path, name);
  }

  /** Whether a run was begun here. */
  async exists(): Promise<boolean> {
    return isThere(this.file("config.yaml"));
  }

  /**
   * Makes the folder, and clears away what a run that was killed left half written.
   *
   * @throws DiskError if that is not possible, or nothing can be written there
   */
  async prepare(): Promise<void> {
    await makeFolder(this.path);
    for (const folder of [this.path, this.file("checkpoints")]) await removeStaleAsides(folder);
    await onDisk(this.path, () => access(this.path, constants.W_OK));
  }

  /** Begins a run, or goes on with it: writes what is trained, config.yaml, and what for, task.json. */
  async begin(recipe: Recipe, task: Task): Promise<void> {
    await replaceFile(this.file("task.json"), `${JSON.stringify(task)}\n`);
    await replaceFile(this.file("config.yaml"), formatRecipe(recipe, this.path));
  }

  /** What the network was built for; undefined in runs of earlier versions. */
  async task(): Promise<Task | undefined> {
    return readRecord(this.file("task.json"), taskSchema);
  }

  /** The recipe that the run was begun with. */
  async recipe(): Promise<Recipe> {
    if (!(await this.exists())) {
      const got = await stat(this.path).then(
        (found) => (found.isDirectory() ? "one without config.yaml" : "a file"),
        (cause: unknown) => unreadable(cause, "folder"),
      );
      throw new MyelinError(`${this.path}: expected the folder of a run, got ${got}. Check the path.`);
    }
    return loadRecipe(this.file("config.yaml"));
  }

  /**
   * The result, if the run has ended: one that was extended since has not.
   *
   * @throws FormatError if it is damaged, or of another run
   */
  async result(recipe: Recipe): Promise<Result | undefined> {
    const file = this.file("result.json");
    const result = await readRecord(file, resultSchema);
    const total = totalEpochs(recipe);
    if (result?.epochs !== total) return undefined;
    const { run = recipeHash(recipe, total), seed } = result;
    if (run === recipeHash(recipe, total)) return result;
    throw new FormatError(
      `${file}: expected the result of the run in config.yaml (seed ${recipe.seed}), got one of another run (seed ${seed}). ` +
        "It was copied, or config.yaml was changed: put back what was there, or remove it and go on with --resume.",
    );
  }

  async writeResult(result: Result): Promise<void> {
    await replaceFile(this.file("result.json"), `${JSON.stringify(result, undefined, 2)}\n`);
  }

  /** Writes metrics.csv anew of the epochs that metrics.jsonl holds, so that both always say the same. */
  async writeMetricsCsv(): Promise<void> {
    const epochs = epochLines(await this.metrics.read(this.metrics.bytes));
    await replaceFile(this.file("metrics.csv"), metricsCsv(epochs));
  }

  /** Writes network.myelin, which holds all that is needed to use the network. */
  async writeNetwork(file: Uint8Array): Promise<void> {
    await replaceFile(this.file(RUN_FILE), file);
  }

  /** What sample.json holds, if it is there. */
  async samples(): Promise<SamplesRecord | undefined> {
    return this.#readOwn("sample.json", samplesSchema, await this.recipe());
  }

  /** Writes sample.json. */
  async writeSamples(samples: SamplesRecord): Promise<void> {
    await this.#writeOwn("sample.json", samples);
  }

  /** Writes confusion.json. */
  async writeConfusion(confusion: ConfusionRecord): Promise<void> {
    await this.#writeOwn("confusion.json", confusion);
  }

  /** Writes pictures.json. */
  async writePictures(pictures: PicturesRecord): Promise<void> {
    await this.#writeOwn("pictures.json", pictures);
  }

  /** Writes report.html. */
  async writeReport(html: string): Promise<void> {
    await replaceFile(this.file("report.html"), html);
  }

  /** Everything a report is made of. */
  async record(): Promise<RunRecord> {
    const recipe = await this.recipe();
    return {
      recipe,
      metrics: await readMetrics(this.file("metrics.jsonl")),
      result: await this.result(recipe),
      samples: await this.#readOwn("sample.json", samplesSchema, recipe),
      confusion: await this.#readOwn("confusion.json", confusionSchema, recipe),
      pictures: await this.#readOwn("pictures.json", picturesSchema, recipe),
    };
  }

  /** Writes a record that says which run it is of. */
  async #writeOwn(name: string, record: object): Promise<void> {
    const own = { ...record, run: identityOfRecords(await this.recipe()) };
    await replaceFile(this.file(name), `${JSON.stringify(own)}\n`);
  }

  /** @throws FormatError if the record is damaged, or of another run; those of earlier versions do not say */
  async #readOwn<S extends z.ZodType<{ readonly run?: string | undefined }>>(
    name: string,
    schema: S,
    recipe: Recipe,
  ): Promise<z.output<S> | undefined> {
    const record = await readRecord(this.file(name), schema);
    if (record?.run === undefined || record.run === identityOfRecords(recipe)) return record;
    throw new FormatError(
      `${this.file(name)}: expected a record of the run in config.yaml, got one of another run. ` +
        "It was copied: remove it. `myelin report RUN --record` records samples and the confusion matrix again.",
    );
  }
}

/** What tells the records of a run from others', however far it is and however often it was extended. */
function identityOfRecords(recipe: Recipe): string {
  return recipeHash(recipe, 0);
}

/** `base`, `base`-2, `base`-3, ...: names of runs of one recipe. */
export function numbered(base: string, n: number): string {
  return n === 1 ? base : `${base}-${n}`;
}

/** The last of `base`, `base`-2, `base`-3, ... that is taken, or `base`. */
export async function lastFolder(base: string): Promise<string> {
  let last = base;
  for (let n = 2; await isTaken(numbered(base, n)); n++) last = numbered(base, n);
  return last;
}

/** What a run may have written before its config.yaml; without that it never began. */
const BEFORE_CONFIG = /^(metrics\.jsonl|task\.json|.*\.\d+-\d+\.part)$/;

/** Whether there is something of that name, other than what a run left that was killed before it began. */
export async function isTaken(place: string): Promise<boolean> {
  if (!(await isThere(place))) return false;
  const names = await readdir(place).catch(() => undefined);
  return names === undefined || !names.every((name) => BEFORE_CONFIG.test(name));
}
