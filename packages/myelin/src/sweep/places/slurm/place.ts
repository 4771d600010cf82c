/** A cluster with Slurm: the jobs that come together become one array, whose tasks share the sweep's folder. */
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Following, Job, Outcome, Place } from "../job.ts";
import { cancel, submit, tasksUnderWay } from "./commands.ts";
import { keyOf, SlurmFiles } from "./files.ts";

/** What Slurm allows in an array unless it is told otherwise, minus a little. */
const MOST = 1000;
/** Jobs that come within this time become one array. */
const GATHER_MS = 300;
const LOOK_MS = 1000;
/** So often a task is looked for that Slurm no longer knows: a shared disk may be late. */
const MOST_LOOKS = 5;
/** Tasks that end without a word, for instance at their time limit, begin again so often. */
const MOST_TRIES = 3;
const PROGRAM = fileURLToPath(new URL("../../../../bin/myelin.js", import.meta.url));

/** How a sweep reaches its cluster. */
export interface SlurmOptions {
  /** Of the list of trainings, for the names of jobs. */
  readonly name: string;
  /** Its folder, on a disk that all machines share. */
  readonly folder: string;
  /** Cores of a task. */
  readonly threads: number;
  /** Failures of before do not count. */
  readonly retry: boolean;
}

/** A job that has not ended. */
interface Open {
  readonly job: Job;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  /** The task of Slurm that makes it. */
  task?: string;
  tries: number;
  looks: number;
}

/** Hands trainings in as arrays and waits for their results in the folder. */
export class SlurmPlace implements Place {
  readonly capacity = MOST;
  readonly #options: SlurmOptions;
  readonly #following: Following;
  readonly #files: SlurmFiles;
  readonly #open = new Map<string, Open>();
  /** Tasks of an earlier process of the sweep. */
  readonly #before: ReadonlyMap<string, string>;
  readonly #arrays = new Set<string>();
  #closed = false;
  #watching: Promise<void> | undefined;
  #cancelled: Promise<void> | undefined;

  private constructor(options: SlurmOptions, following: Following, before: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#following = following;
    this.#files = new SlurmFiles(options.folder);
    this.#before = before;
  }

  static async begin(options: SlurmOptions, following: Following): Promise<SlurmPlace> {
    const underWay = (await tasksUnderWay()) ?? new Set();
    const tasks = await new SlurmFiles(options.folder).tasks();
    const before = new Map([...tasks].filter(([, task]) => underWay.has(task)));
    return new SlurmPlace(options, following, before);
  }

  async run(job: Job): Promise<Outcome> {
    const absolute = {
      ...job,
      folder: path.resolve(job.folder),
      ...(job.dataDir !== undefined && { dataDir: path.resolve(job.dataDir) }),
    };
    const known = await this.#files.outcome(job);
    if (known !== undefined && !(known.state === "failed" && this.#options.retry)) return known;
    if (known !== undefined) await this.#files.forgetOutcome(job);
    const key = keyOf(job);
    const task = this.#before.get(key);
    if (task !== undefined) this.#arrays.add(task.split("_")[0] ?? "");
    const ended = new Promise<Outcome>((resolve, reject) => {
      this.#open.set(key, { job: absolute, resolve, reject, tries: 0, looks: 0, ...(task && { task }) });
    });
    this.#watching ??= this.#watch();
    return ended;
  }

  stop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelled = cancel([...this.#arrays]);
    for (const { resolve } of this.#open.values()) resolve({ state: "interrupted" });
    this.#open.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#watching;
    await this.#cancelled;
  }

  /** Hands in what is new and looks for results until the place is closed. */
  async #watch(): Promise<void> {
    await pause(GATHER_MS);
    while (!this.#closed) {
      try {
        await this.#submitNew();
        await this.#look();
      } catch (error) {
        for (const { reject } of this.#open.values()) reject(error);
        return;
      }
      await pause(this.#open.size === 0 ? GATHER_MS : LOOK_MS);
    }
  }

  async #submitNew(): Promise<void> {
    const fresh = [...this.#open.values()].filter(({ task }) => task === undefined);
    if (fresh.length === 0) return;
    const jobs = fresh.map(({ job }) => job);
    const name = `jobs-${Date.now()}`;
    const script = await this.#files.writeArray(name, jobs, this.#script(name, jobs.length));
    const id = await submit(script);
    await this.#files.remember(id, jobs);
    this.#arrays.add(id);
    fresh.forEach((open, i) => {
      open.task = `${id}_${i}`;
      open.tries++;
      open.looks = 0;
    });
    this.#following.note(
      `Slurm job ${id}: ${jobs.length} runs. Logs: ${path.join(this.#files.folder, `${id}_*.log`)}`,
    );
  }

  async #look(): Promise<void> {
    const underWay = await tasksUnderWay();
    for (const [key, open] of this.#open) {
      const outcome = await this.#files.outcome(open.job);
      if (outcome !== undefined) this.#end(key, open, outcome);
      else if (underWay?.has(open.task ?? "") === false) this.#miss(key, open);
    }
  }

  /** A task that has left the queue without a result begins again, a few times. */
  #miss(key: string, open: Open): void {
    if (++open.looks < MOST_LOOKS) return;
    if (open.tries < MOST_TRIES) {
      delete open.task;
      return;
    }
    const log = path.join(this.#files.folder, `${open.task}.log`);
    const message = `expected a task of Slurm that ends with a result, got ${MOST_TRIES} without one. See ${log}.`;
    this.#end(key, open, { state: "failed", message, worker: `task ${open.task}` });
  }

  #end(key: string, { resolve }: Open, outcome: Outcome): void {
    this.#open.delete(key);
    resolve(outcome);
  }

  #script(name: string, count: number): string {
    const { threads, name: sweep } = this.#options;
    const jobs = quoted(this.#files.jobsFile(name));
    return [
      "#!/bin/sh",
      `#SBATCH --job-name=myelin-${sweep}`,
      `#SBATCH --array=0-${count - 1}`,
      "#SBATCH --requeue",
      "#SBATCH --ntasks=1",
      `#SBATCH --cpus-per-task=${threads}`,
      `#SBATCH --output=${path.join(this.#files.folder, "%A_%a.log")}`,
      "#SBATCH --open-mode=append",
      // Logs and results have their places; runs do not depend on the folder in which the sweep was begun.
      `exec ${quoted(process.execPath)} ${quoted(PROGRAM)} worker --jobs-file ${jobs} --index "$SLURM_ARRAY_TASK_ID"`,
      "",
    ].join("\n");
  }
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
