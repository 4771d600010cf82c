import { type BackendName, MyelinError } from "@myelin/core";
import { ALONE, gatherObjects, type Phase } from "@myelin/core/training";
import { loadRecipe, type Recipe } from "../recipe/index.ts";
import {
  type Extension,
  type InitialWeights,
  type OpenedRun,
  openRun,
  type RunFolder,
  train,
} from "../run/index.ts";
import { partText, type Result } from "../records/index.ts";
import { duration, percent, plural } from "../format.ts";
import { drawReport } from "../draw-report.ts";
import { interruptible } from "./interrupt.ts";
import { type Job, openTogether, silentWatcher, together } from "./train-together.ts";
import { chooseWatcher, type CliWatcher, watchWarnings } from "./watchers.ts";

/** Options of `myelin train`. */
export interface TrainFlags {
  readonly set: readonly string[];
  readonly out?: string;
  readonly threads?: number;
  readonly seed?: number;
  readonly resume: boolean;
  /** Epochs altogether. */
  readonly extend?: number;
  readonly extendLr?: number;
  readonly json: boolean;
  readonly dataDir?: string;
  readonly backend?: BackendName;
  readonly log?: "tensorboard";
  /** A file of weights to begin with, the framework that wrote it, and the name of the dictionary in it. */
  readonly init?: string;
  readonly initFrom?: InitialWeights["from"];
  readonly initKey?: string;
  /** Whether this is one of several processes that train together. */
  readonly distributed: boolean;
  /** A file for the times of steps and messages. */
  readonly trace?: string;
}

/** `myelin train RECIPE`: trains, or goes on, and writes the run folder. */
export async function runTrain(file: string, flags: TrainFlags): Promise<void> {
  const load = async (): Promise<Recipe> => withFlags(await loadRecipe(file, flags.set), flags);
  const options = { ...flags, extension: extensionOf(flags) };
  if (!flags.distributed && flags.trace !== undefined) {
    throw new MyelinError(
      `--trace ${flags.trace}: expected --distributed with it, got none. It shows messages.`,
    );
  }
  if (!flags.distributed) return trainOpened(await openRun(await load(), options), flags);
  await together(flags.trace, async (job) =>
    trainOpened(await openTogether(job.communicator, load, options), flags, job),
  );
}

async function trainOpened(run: OpenedRun, flags: TrainFlags, job?: Job): Promise<void> {
  const init = initOf(flags);
  const watcher = isFirst(job) ? chooseWatcher(flags.json) : silentWatcher();
  if (run.before !== undefined) {
    watcher.note(
      `${run.before.path} holds a run of this name and seed already (report: ${run.before.file("report.html")}); ` +
        `this one goes into ${run.folder.path}.`,
    );
  }
  try {
    await interruptible(stoppingNote(watcher), (signal) =>
      trainIn(run, watcher, { ...flags, init, signal, job }),
    );
  } finally {
    await run.lock.release();
  }
}

/** What is said to whoever asks a training to stop. */
export function stoppingNote(watcher: CliWatcher): () => void {
  return () => watcher.note("Stopping after this batch; once more to stop at once.");
}

async function trainIn(
  { folder, recipe }: OpenedRun,
  watcher: CliWatcher,
  flags: Omit<TrainFlags, "init"> &
    Stoppable & { readonly init: InitialWeights | undefined; readonly job: Job | undefined },
): Promise<void> {
  const finished = flags.resume && isFirst(flags.job) ? await folder.result(recipe) : undefined;
  const answers = await gatherObjects(flags.job?.communicator ?? ALONE, finished !== undefined);
  if (answers[0] === true && finished === undefined) return;
  if (finished !== undefined) {
    watcher.note(`${folder.path} is finished already.`);
    await drawReport(folder);
    return printResult(finished, folder, flags.json);
  }
  const result = await trainAndReport(recipe, folder, watcher, flags);
  if (result !== undefined) printResult(result, folder, flags.json);
}

/** A command that stops when it is asked to. */
interface Stoppable {
  readonly signal: AbortSignal;
}

/**
 * Trains until the end or until it is asked to stop; then writes the report.
 *
 * @returns the result; undefined if it was stopped
 */
export async function trainAndReport(
  recipe: Recipe,
  folder: RunFolder,
  watcher: CliWatcher,
  {
    dataDir,
    backend,
    log,
    init,
    signal,
    job,
  }: Pick<TrainFlags, "dataDir" | "backend" | "log"> &
    Stoppable & { readonly init?: InitialWeights | undefined; readonly job?: Job | undefined },
): Promise<Result | undefined> {
  const endWarnings = watchWarnings(watcher);
  try {
    const { communicator, threads, trace } = job ?? {};
    const onPhase = trace && ((phase: Phase): void => trace.phase(phase));
    const shared = { communicator, onPhase, threads: recipe.threads ?? threads };
    const result = await train({ recipe, folder, dataDir, backend, signal, watcher, log, init, ...shared });
    watcher.stop();
    if (!isFirst(job)) return undefined;
    await drawReport(folder);
    if (result === undefined) {
      watcher.note(
        `Saved. Go on with: npx myelin train ${folder.file("config.yaml")} --out ${folder.path} --resume`,
      );
    }
    return result;
  } finally {
    watcher.stop();
    endWarnings();
  }
}

/** Whether this process writes the run's folder and says how it goes. */
function isFirst(job: Job | undefined): boolean {
  return job === undefined || job.communicator.rank === 0;
}

function withFlags(recipe: Recipe, { seed, threads }: TrainFlags): Recipe {
  return { ...recipe, ...(seed !== undefined && { seed }), ...(threads !== undefined && { threads }) };
}

function initOf({ init, initFrom, initKey }: TrainFlags): InitialWeights | undefined {
  if (init !== undefined) return { file: init, from: initFrom ?? "pytorch", key: initKey };
  const idle = initFrom === undefined ? initKey && `--init-key ${initKey}` : `--init-from ${initFrom}`;
  if (idle === undefined) return undefined;
  throw new MyelinError(`${idle}: expected --init with it, got none. --init names the file of the weights.`);
}

function extensionOf({ extend, extendLr }: TrainFlags): Extension | undefined {
  if (extend !== undefined) return { epochs: extend, lr: extendLr };
  if (extendLr === undefined) return undefined;
  throw new MyelinError(
    `--extend-lr ${extendLr}: expected --extend with it, got none. It is the learning rate of the epochs that are added.`,
  );
}

function printResult(result: Result, folder: RunFolder, json: boolean): void {
  const { testAccuracy, testPart, epochs, seconds, firingRate } = result;
  const text = json
    ? JSON.stringify({ kind: "result", folder: folder.path, ...result })
    : `test accuracy${partText(testPart)} ${percent(testAccuracy)} after ${plural(epochs, "epoch")}, ` +
      `${duration(seconds)} of training, ` +
      `mean firing rate ${percent(firingRate?.mean)}\nreport: ${folder.file("report.html")}`;
  process.stdout.write(`${text}\n`);
}
