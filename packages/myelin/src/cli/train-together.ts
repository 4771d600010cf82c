/** `myelin train --distributed`: one of the processes that mpirun or srun has started. */
import { MyelinError, onWarning } from "@myelin/core";
import { type Communicator, gatherObjects } from "@myelin/core/training";
import type * as Mpi from "@myelin/mpi";
import { replaceFile } from "@myelin/data/files";
import { availableParallelism } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Recipe } from "../recipe/index.ts";
import {
  agreed,
  AgreedError,
  type OpenedRun,
  openRun,
  type OpenOptions,
  RunFolder,
  Trace,
} from "../run/index.ts";
import { failureOf } from "./failure.ts";
import type { CliWatcher } from "./watchers.ts";

/** Parts of a batch where the recipe says nothing: 1, 2 and 4 processes share them. */
const MICRO_BATCHES = 4;
/** Rank 0 says what all of them would. */
const OTHERS_WAIT_MS = 1000;

/** The processes of a job, and how many threads each should take. */
export interface Job {
  readonly communicator: Mpi.MpiCommunicator;
  readonly threads: number;
  readonly trace: Trace | undefined;
}

/**
 * Runs `work` as one of the processes of a job, and leaves the job when it is done. An error that only some have ends
 * all of them.
 *
 * @throws MyelinError if this process was not started by mpirun or srun, or all processes have the same error
 */
export async function together(
  traceFile: string | undefined,
  work: (job: Job) => Promise<void>,
): Promise<void> {
  const { connectMpi, findLauncher } = await loadMpi();
  const { localSize = 1, rank = 0 } = findLauncher(process.env) ?? {};
  const communicator = await connectMpi().catch((error: unknown) => {
    // Rank 0 says it for all.
    if (rank === 0) throw error;
    process.exit(1);
  });
  const threads = Math.max(1, Math.floor(availableParallelism() / localSize));
  const trace = traceFile === undefined ? undefined : new Trace();
  if (trace) communicator.onCall = (times) => trace.call(times);
  try {
    await work({ communicator, threads, trace });
    if (trace && traceFile !== undefined) await writeTrace(trace, traceFile, communicator.rank);
    await communicator.close();
  } catch (error) {
    if (!(error instanceof AgreedError)) return endJob(communicator, error);
    await communicator.close();
    if (communicator.rank === 0) throw error;
    process.exitCode = 1;
  }
}

/** Of every rank as JSON for chrome://tracing, or drawn: rank 0's under the name that was asked for. */
async function writeTrace(trace: Trace, file: string, rank: number): Promise<void> {
  const { dir, name, ext } = path.parse(file);
  const place = rank === 0 ? file : path.join(dir, `${name}-${rank}${ext}`);
  await replaceFile(place, ext === ".svg" ? trace.toSvg() : trace.toChrome(rank));
}

async function loadMpi(): Promise<typeof Mpi> {
  try {
    return await import("@myelin/mpi");
  } catch (cause) {
    throw new MyelinError(
      "--distributed: expected the package @myelin/mpi, got none. Install it: npm install @myelin/mpi",
      { cause },
    );
  }
}

async function endJob(communicator: Mpi.MpiCommunicator, error: unknown): Promise<void> {
  const { rank } = communicator;
  if (rank !== 0) await setTimeout(OTHERS_WAIT_MS);
  const { message = "", exitCode } = await failureOf(error);
  process.stderr.write(`rank ${rank}: ${message} All processes end; go on with --resume.\n`);
  await communicator.abort(exitCode);
}

/**
 * The recipe and the folder of a run that processes share: rank 0 opens it.
 *
 * @param load reads the recipe, on every process
 * @throws AgreedError if that is not possible, or recipes differ
 */
export async function openTogether(
  communicator: Communicator,
  load: () => Promise<Recipe>,
  options: OpenOptions,
): Promise<OpenedRun> {
  const asked = await agreed(communicator, async () => {
    const recipe = await load();
    const microBatches = recipe.microBatches ?? (options.resume ? undefined : MICRO_BATCHES);
    return { ...recipe, ...(microBatches !== undefined && { microBatches }) };
  });
  await agreed(communicator, async () => requireShare(asked, communicator.size, options.resume));
  const opened = await agreed(communicator, async () =>
    communicator.rank === 0 ? openRun(asked, options) : undefined,
  );
  const [first] = await gatherObjects(
    communicator,
    opened && { path: opened.folder.path, recipe: opened.recipe },
  );
  const { path, recipe } = first as { readonly path: string; readonly recipe: Recipe };
  await agreed(communicator, async () => requireShare(recipe, communicator.size, false));
  if (opened !== undefined) return opened;
  const lock = { release: () => Promise.resolve() };
  // Each process reads its own recipe: what differs is found before training begins.
  const { extensions } = recipe;
  const own = { ...asked, epochs: recipe.epochs, microBatches: recipe.microBatches };
  return { folder: new RunFolder(path), recipe: { ...own, ...(extensions && { extensions }) }, lock };
}

/** Processes share the parts of a step evenly. */
function requireShare({ microBatches, accumulate }: Recipe, size: number, mayFollow: boolean): void {
  if (microBatches === undefined && mayFollow) return;
  const parts = (microBatches ?? 1) * accumulate;
  if (parts % size === 0) return;
  throw new MyelinError(
    `--distributed: expected microBatches that ${size} processes share evenly, got ${parts}. ` +
      `Say --set microBatches=${size * Math.max(1, Math.ceil(parts / size))}, or start as many processes as divide ${parts}.`,
  );
}

/** A watcher of a process whose lines nobody reads. */
export function silentWatcher(): CliWatcher {
  onWarning(() => {});
  const nothing = (): void => {};
  return { start: nothing, batch: nothing, epoch: nothing, note: nothing, stop: nothing };
}
